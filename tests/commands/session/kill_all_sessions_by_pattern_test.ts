import assert from "node:assert/strict";
import { Binary } from "bson";
import { documentFrom } from "../../../src/bson/encode.ts";
import { TestServer } from "../../server/test_server.ts";

function lsid(byte: number): Uint8Array {
  return documentFrom({ id: new Binary(new Uint8Array(16).fill(byte), 4) });
}

function openCursor(test: TestServer, id: Uint8Array): void {
  const session = test.server.sessions.use(id, 0, Date.now());
  test.server.cursors.create({ source: { close: () => undefined }, namespace: "db.a", session });
}

Deno.test("killAllSessionsByPattern takes session ids", async () => {
  await using test = new TestServer();
  openCursor(test, lsid(1));
  openCursor(test, lsid(2));
  await test.command({ killAllSessionsByPattern: [documentFrom({ lsid: lsid(1) })] });
  assert.equal(test.server.cursors.size, 1);
  await test.command({ killAllSessionsByPattern: [] });
  assert.equal(test.server.cursors.size, 0);
});

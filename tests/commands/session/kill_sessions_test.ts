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

Deno.test("killSessions kills the cursors of the sessions named, or of all", async () => {
  await using test = new TestServer();
  openCursor(test, lsid(1));
  openCursor(test, lsid(2));
  await test.command({ killSessions: [lsid(1)] });
  assert.equal(test.server.cursors.size, 1);
  await test.command({ killSessions: [] });
  assert.equal(test.server.cursors.size, 0);
  assert.equal(test.server.sessions.size, 2, "the sessions live on");
});

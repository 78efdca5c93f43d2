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

Deno.test("endSessions ends sessions and their cursors", async () => {
  await using test = new TestServer();
  openCursor(test, lsid(1));
  openCursor(test, lsid(2));
  assert.equal((await test.command({ endSessions: [lsid(1), lsid(9)] })).ok, 1);
  assert.equal(test.server.cursors.size, 1);
  assert.equal(test.server.sessions.size, 1);
  assert.equal((await test.command({ endSessions: 1 })).code, 14);
  assert.equal((await test.command({ endSessions: [1] })).code, 14);
});

Deno.test("a session ended and used again is a new one", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const write = { writes: "c", lsid: lsid(1), txnNumber: 5n };
  await client.command(write);
  await client.command({ endSessions: [lsid(1)] });
  assert.equal((await client.command(write)).retried, false);
});

import assert from "node:assert/strict";
import { Binary } from "bson";
import { documentFrom } from "../../../src/bson/encode.ts";
import { TestServer } from "../../server/test_server.ts";

Deno.test("refreshSessions uses the sessions", async () => {
  await using test = new TestServer();
  const lsid = documentFrom({ id: new Binary(new Uint8Array(16), 4) });
  assert.equal((await test.command({ refreshSessions: [lsid] })).ok, 1);
  assert.equal(test.server.sessions.size, 1);
  assert.equal((await test.command({ refreshSessions: "x" })).code, 14);
});

import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("startSession gives an id and its time-out", async () => {
  await using test = new TestServer();
  const reply = await test.command({ startSession: 1 });
  assert.equal(reply.id.id.toString().length, 36);
  assert.equal(reply.timeoutMinutes, 30);
  assert.equal(test.server.sessions.size, 1);
});

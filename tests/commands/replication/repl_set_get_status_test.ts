import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("replSetGetStatus shows one primary", async () => {
  await using test = new TestServer();
  const status = await test.command({ replSetGetStatus: 1 });
  assert.deepEqual([status.set, status.myState], ["secantus", 1]);
  assert.equal(status.members.length, 1);
  assert.equal(status.members[0].stateStr, "PRIMARY");
  assert.equal(status.members[0].name, `127.0.0.1:${test.port}`);
  assert.ok(status.optimes.lastCommittedOpTime.ts);
});

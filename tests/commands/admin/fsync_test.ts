import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("fsync flushes; locks are counted", async () => {
  await using test = new TestServer();
  assert.equal((await test.command({ fsync: 1 })).numFiles, 1);
  assert.equal((await test.command({ fsync: 1, lock: true })).lockCount, 1);
  assert.equal((await test.command({ fsync: 1, lock: true })).lockCount, 2);
  assert.equal((await test.command({ fsyncUnlock: 1 })).lockCount, 1);
  assert.equal((await test.command({ fsyncUnlock: 1 })).lockCount, 0);
  assert.equal((await test.command({ fsyncUnlock: 1 })).code, 20);
});

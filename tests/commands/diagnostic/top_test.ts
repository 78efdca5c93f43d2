import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("top shows time per collection and kind", async () => {
  await using test = new TestServer();
  await test.command({ writes: "c" }, "test");
  const { totals } = await test.command({ top: 1 });
  assert.equal(totals["test.c"].insert.count, 1);
  assert.ok(totals["test.c"].total.time >= 1);
  assert.equal(totals["test.c"].writeLock.count, 1);
  assert.equal(totals["test.c"].readLock.count, 0);
});

import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("getDefaultRWConcern shows the implicit defaults", async () => {
  await using test = new TestServer();
  const reply = await test.command({ getDefaultRWConcern: 1 });
  assert.deepEqual(reply.defaultReadConcern, { level: "local" });
  assert.equal(reply.defaultWriteConcern.w, "majority");
});

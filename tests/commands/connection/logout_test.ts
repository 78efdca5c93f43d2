import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("logout is accepted without authentication", async () => {
  await using test = new TestServer();
  assert.equal((await test.command({ logout: 1 })).ok, 1);
});

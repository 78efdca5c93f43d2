import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("ping answers, on any database", async () => {
  await using test = new TestServer();
  for (const database of ["admin", "test"]) {
    assert.equal((await test.command({ ping: 1 }, database)).ok, 1);
  }
  assert.equal((await test.command({ ping: "x" })).ok, 1);
});

import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("getCmdLineOpts shows the words and the options", async () => {
  await using test = new TestServer();
  const reply = await test.command({ getCmdLineOpts: 1 });
  assert.deepEqual(reply.argv, ["secantusdb"]);
  assert.deepEqual(reply.parsed, {});
});

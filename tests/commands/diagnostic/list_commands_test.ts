import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("listCommands is printed from the definitions", async () => {
  await using test = new TestServer({ testCommands: false });
  const { commands } = await test.command({ listCommands: 1 });
  assert.deepEqual(commands.ping.apiVersions, ["1"]);
  assert.equal(commands.getLog.adminOnly, true);
  assert.equal(commands.getLog.requiresAuth, true);
  assert.equal("configureFailPoint" in commands, false, "only with test commands");
  assert.equal(typeof commands.top.help, "string");
});

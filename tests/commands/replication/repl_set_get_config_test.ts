import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("replSetGetConfig shows the configuration", async () => {
  await using test = new TestServer();
  const { config } = await test.command({ replSetGetConfig: 1 });
  assert.equal(config._id, "secantus");
  assert.equal(config.members[0].host, `127.0.0.1:${test.port}`);
  assert.equal(
    (await test.command({ replSetGetConfig: 1, commitmentStatus: true })).commitmentStatus,
    true,
  );
});

import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("hostInfo tells about machine and operating system", async () => {
  await using test = new TestServer();
  const reply = await test.command({ hostInfo: 1 });
  assert.ok(reply.system.numCores >= 1);
  assert.equal(typeof reply.os.type, "string");
});

import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("buildInfo tells MongoDB's version, and ours beside it", async () => {
  await using test = new TestServer();
  for (const name of ["buildInfo", "buildinfo"]) {
    const reply = await test.command({ [name]: 1 });
    assert.match(reply.version, /^8\.2\.\d+$/);
    assert.deepEqual(reply.versionArray.slice(0, 2), [8, 2]);
    assert.deepEqual(reply.modules, []);
    assert.equal(typeof reply.secantusdb.version, "string");
  }
});

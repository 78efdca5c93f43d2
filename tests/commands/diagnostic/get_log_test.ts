import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("getLog gives the last lines as JSON", async () => {
  await using test = new TestServer();
  test.server.log.info("CONTROL", "remember this", { n: 1 });
  const reply = await test.command({ getLog: "global" });
  const line = JSON.parse(reply.log.at(-1));
  assert.deepEqual([line.s, line.c, line.msg, line.attr], ["I", "CONTROL", "remember this", {
    n: 1,
  }]);
  assert.equal(reply.totalLinesWritten, reply.log.length);
  assert.deepEqual((await test.command({ getLog: "startupWarnings" })).log, []);
  assert.deepEqual((await test.command({ getLog: "*" })).names, ["global", "startupWarnings"]);
});

for (const [name, code] of [["nothing", 96], [1, 14]] as const) {
  Deno.test(`getLog: ${name} is refused with ${code}`, async () => {
    await using test = new TestServer();
    assert.equal((await test.command({ getLog: name })).code, code);
  });
}

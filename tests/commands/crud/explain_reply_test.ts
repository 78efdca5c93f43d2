import assert from "node:assert/strict";
import { withServer } from "../harness.ts";

Deno.test("an explain answer ends with command, serverInfo and serverParameters", async () => {
  await withServer(async (server) => {
    const explain = { find: "c", filter: { a: 1 }, lsid: undefined };
    const reply = await server.command("t", { explain, verbosity: "queryPlanner" });
    assert.deepEqual(reply.command, { find: "c", filter: { a: 1 }, $db: "t" });
    assert.equal(reply.serverInfo.port, server.port);
    assert.match(reply.serverInfo.version, /^8\.2\./);
    const other = await server.command("t", { explain: { find: "c", filter: { a: 2 } } });
    const third = await server.command("t", { explain: { find: "c", filter: { b: 1 } } });
    assert.equal(other.queryShapeHash, reply.queryShapeHash);
    assert.notEqual(third.queryShapeHash, reply.queryShapeHash);
    assert.equal(reply.serverParameters.internalQueryFrameworkControl, "forceClassicEngine");
  });
});

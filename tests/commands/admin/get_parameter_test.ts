import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import { TestServer } from "../../server/test_server.ts";

Deno.test("getParameter reads by name", async () => {
  await using test = new TestServer();
  const reply = await test.command({
    getParameter: 1,
    notablescan: 1,
    featureCompatibilityVersion: 1,
  });
  assert.equal(reply.notablescan, false);
  assert.deepEqual(reply.featureCompatibilityVersion, { version: "8.2" });
  assert.equal((await test.command({ getParameter: 1, nothing: 1 })).code, 72);
  assert.equal((await test.command({ getParameter: 1 })).code, 72);
});

Deno.test("getParameter reads all, with details when asked", async () => {
  await using test = new TestServer();
  assert.equal((await test.command({ getParameter: "*" })).syncdelay, 60);
  const detailed = await test.command({
    getParameter: documentFrom({ showDetails: true, allParameters: true }),
  });
  assert.deepEqual(detailed.syncdelay, {
    value: 60,
    settableAtRuntime: true,
    settableAtStartup: true,
  });
});

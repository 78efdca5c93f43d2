import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import { TestServer } from "../../server/test_server.ts";

Deno.test("configureFailPoint checks its arguments", async () => {
  await using test = new TestServer();
  const configure = (name: string | number, mode: string | number) =>
    test.command({ configureFailPoint: name, mode, data: documentFrom({}) });
  assert.equal((await configure("failCommand", "off")).count, 0);
  assert.equal((await configure(1, "off")).code, 14);
  assert.equal((await configure("nothing", "off")).ok, 0);
  assert.equal((await configure("failCommand", "never")).code, 2);
  assert.equal((await test.command({ configureFailPoint: "failCommand" })).code, 40414);
});

import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import { TestServer } from "../../server/test_server.ts";

Deno.test("replSetInitiate: the set is there already (23)", async () => {
  await using test = new TestServer();
  const reply = await test.command({ replSetInitiate: documentFrom({ _id: "rs0" }) });
  assert.deepEqual([reply.code, reply.codeName], [23, "AlreadyInitialized"]);
});

import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import { opMsg, TestServer } from "../../server/test_server.ts";

Deno.test("shutdown closes the connection without an answer and stops the server", async () => {
  const test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ shutdown: 1, force: true, $db: "admin" })));
  assert.equal(await client.isClosed(), true);
  await test.server.stop();
});

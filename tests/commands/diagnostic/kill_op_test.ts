import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import { opMsg, TestServer } from "../../server/test_server.ts";

Deno.test("killOp interrupts (11601), and an unknown number is no error", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ loops: 1, $db: "test" })));
  while (test.server.operations.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const [{ id }] = test.server.operations.list();
  assert.equal((await test.command({ killOp: 1, op: id })).info, "attempting to kill op");
  assert.equal((await client.read()).document.code, 11601);
  assert.equal((await test.command({ killOp: 1, op: 99999n })).ok, 1);
  assert.equal((await test.command({ killOp: 1 })).code, 40414);
});

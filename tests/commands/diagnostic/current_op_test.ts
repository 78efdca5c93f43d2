import assert from "node:assert/strict";
import { documentFrom } from "../../../src/bson/encode.ts";
import { opMsg, TestServer } from "../../server/test_server.ts";

Deno.test("currentOp lists what runs, filtered by its other fields", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(opMsg(documentFrom({ sleeps: 1, ms: 5000, comment: "me", $db: "test" })));
  while (test.server.operations.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const all = await test.command({ currentOp: 1 });
  assert.equal(all.inprog.length, 2, "the command itself runs too");
  const mine = await test.command({ currentOp: true, $all: true, "command.comment": "me" });
  assert.equal(mine.inprog.length, 1);
  assert.equal(mine.inprog[0].command.sleeps, 1);
  assert.equal(mine.inprog[0].ns, "test.$cmd");
});

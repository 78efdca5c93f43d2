import assert from "node:assert/strict";
import { serialize } from "bson";
import { batchSizeOf } from "../../../src/commands/definitions/list_cursor.ts";

Deno.test("the cursor argument of listing commands", () => {
  assert.equal(batchSizeOf(undefined, "x.cursor"), undefined);
  assert.equal(batchSizeOf(serialize({}), "x.cursor"), undefined);
  assert.equal(batchSizeOf(serialize({ batchSize: 0 }), "x.cursor"), 0);
  assert.equal(batchSizeOf(serialize({ batchSize: 2.9 }), "x.cursor"), 2);
  assert.throws(() => batchSizeOf(serialize({ batchSize: "a" }), "x.cursor"), {
    code: 14,
    message:
      "BSON field 'x.cursor.batchSize' is the wrong type 'string', expected types '[decimal, " +
      "int, double, long]'",
  });
  assert.throws(() => batchSizeOf(serialize({ size: 1 }), "x.cursor"), {
    code: 40415,
    message: "BSON field 'x.cursor.size' is an unknown field.",
  });
  assert.throws(() => batchSizeOf(serialize({ batchSize: -1 }), "x.cursor"), {
    message: "BSON field 'batchSize' value must be >= 0, actual value '-1'",
  });
});

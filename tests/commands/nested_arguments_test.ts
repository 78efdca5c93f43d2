import assert from "node:assert/strict";
import { Decimal128, type Document, Double, Long, serialize } from "bson";
import { CommandError } from "../../src/error.ts";
import { NestedArguments } from "../../src/commands/nested_arguments.ts";
import { OUT_OF_RANGE } from "./harness.ts";

const FORM = new NestedArguments("update.updates", {
  q: { type: "object", fate: "required" },
  u: { type: "any", fate: "required" },
  multi: { type: "exactBool" },
  loose: { type: "safeBool" },
  limit: { type: "long", min: 0, max: 9 },
  name: { type: "string" },
  old: { type: "binData", fate: "ignored" },
});
const Q = { q: {}, u: 1 };

/** [document, code, message] */
const ERRORS: readonly (readonly [Document, number | readonly number[], string])[] = [
  [{ u: 1 }, 40414, "BSON field 'update.updates.q' is missing but a required field"],
  [{ q: null, u: 1 }, 40414, "BSON field 'update.updates.q' is missing but a required field"],
  [{ q: {} }, 40414, "BSON field 'update.updates.u' is missing but a required field"],
  [{ ...Q, x: 1 }, 40415, "BSON field 'update.updates.x' is an unknown field."],
  [{ ...Q, $db: "x" }, 40415, "BSON field 'update.updates.$db' is an unknown field."],
  [
    { ...Q, multi: 1 },
    14,
    "BSON field 'update.updates.multi' is the wrong type 'int', expected type 'bool'",
  ],
  [
    { ...Q, loose: "x" },
    14,
    "BSON field 'update.updates.loose' is the wrong type 'string', expected types " +
    "'[int, decimal, long, bool, double]'",
  ],
  [
    { q: [], u: 1 },
    14,
    "BSON field 'update.updates.q' is the wrong type 'array', expected type 'object'",
  ],
  [{ ...Q, limit: -1 }, OUT_OF_RANGE, "BSON field 'limit' value must be >= 0, actual value '-1'"],
  [{ ...Q, limit: 10 }, OUT_OF_RANGE, "BSON field 'limit' value must be <= 9, actual value '10'"],
];

Deno.test("a statement that does not fit its form", () => {
  for (const [document, code, message] of ERRORS) {
    assert.throws(() => FORM.parse(serialize(document), 0), (error) => {
      assert.ok(error instanceof CommandError);
      assert.equal(error.message, message);
      assert.ok([code].flat().includes(error.code), `${error.code}: ${message}`);
      return true;
    });
  }
});

Deno.test("a field given twice", () => {
  const once = serialize({ q: {}, u: 1, name: "a" });
  const element = serialize({ name: "b" }).subarray(4, -1);
  const twice = new Uint8Array(once.length + element.length);
  twice.set(once.subarray(0, -1));
  twice.set(element, once.length - 1);
  new DataView(twice.buffer).setInt32(0, twice.length, true);
  assert.throws(() => FORM.parse(twice, 0), {
    code: 40413,
    message: "BSON field 'update.updates.name' is a duplicate field",
  });
});

Deno.test("values are read in place, wherever the statement stands", () => {
  const document = serialize({
    u: "text",
    q: { a: 1 },
    limit: new Double(2.9),
    loose: Long.fromNumber(1),
    multi: null,
    old: 5,
  });
  const bytes = new Uint8Array(document.length + 14);
  bytes.set(document, 7);
  const parsed = FORM.parse(bytes, 7);
  assert.deepEqual([...parsed.document("q")!], [...serialize({ a: 1 })]);
  assert.equal(parsed.int("limit"), 2);
  assert.equal(parsed.number("limit"), 2.9);
  assert.equal(parsed.boolean("loose"), true);
  assert.equal(parsed.boolean("multi", true), true);
  assert.equal(parsed.has("multi"), false);
  assert.equal(parsed.string("name"), undefined);
  const decimal = FORM.parse(serialize({ ...Q, limit: Decimal128.fromString("3") }), 0);
  assert.equal(decimal.int("limit"), 3);
});

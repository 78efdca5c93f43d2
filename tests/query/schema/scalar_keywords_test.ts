import assert from "node:assert/strict";
import { Decimal128 } from "bson";
import { refusal, type Row, table } from "../table.ts";

function field(schema: unknown, value: unknown, expected: boolean): Row {
  return [{ $jsonSchema: { properties: { a: schema } } }, { a: value }, expected];
}

table("pattern, minLength, maxLength", [
  field({ pattern: "^a" }, "abc", true),
  field({ pattern: "^a" }, "xabc", false),
  field({ minLength: 2 }, "a", false),
  field({ minLength: 2 }, "é", false),
  field({ minLength: 2 }, "é😀", true),
  field({ maxLength: 2 }, "é😀x", false),
  field({ maxLength: 2 }, "é😀", true),
]);

table("minimum, maximum and their exclusive forms", [
  field({ minimum: 5 }, 5, true),
  field({ minimum: 5 }, 4.9, false),
  field({ minimum: 5, exclusiveMinimum: true }, 5, false),
  field({ maximum: 5 }, Decimal128.fromString("5.0"), true),
  field({ maximum: 5, exclusiveMaximum: true }, 5, false),
  field({ maximum: 5, exclusiveMaximum: false }, 5, true),
]);

table("multipleOf", [
  field({ multipleOf: 3 }, 9, true),
  field({ multipleOf: 3 }, 10, false),
  field({ multipleOf: 0.1 }, 0.3, true),
  field({ multipleOf: 2 }, Decimal128.fromString("4.0"), true),
  field({ multipleOf: 2 }, NaN, false),
  field({ multipleOf: 2 }, "x", true),
]);

Deno.test("errors of scalar keywords", () => {
  const rows: [unknown, string][] = [
    [{ pattern: 5 }, "14 $jsonSchema keyword 'pattern' must be a string"],
    [{ minLength: "x" }, '9 Expected a number in: minLength: "x"'],
    [{ maxLength: -1 }, "9 Expected a non-negative number in: maxLength: -1"],
    [{ multipleOf: 0 }, "9 $jsonSchema keyword 'multipleOf' must have a positive value"],
    [{ multipleOf: "x" }, "14 $jsonSchema keyword 'multipleOf' must be a number"],
    [{ minimum: "x" }, "14 $jsonSchema keyword 'minimum' must be a number"],
    [
      { minimum: 1, exclusiveMinimum: 1 },
      "14 $jsonSchema keyword 'exclusiveMinimum' must be a boolean",
    ],
    [
      { exclusiveMaximum: true },
      "9 $jsonSchema keyword 'maximum' must be a present if exclusiveMaximum is present",
    ],
  ];
  for (const [schema, expected] of rows) {
    assert.equal(refusal({ $jsonSchema: { properties: { a: schema } } }), expected);
  }
});

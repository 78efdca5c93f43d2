import assert from "node:assert/strict";
import { Binary, Double, Long } from "bson";
import { refusal, type Row, table } from "../table.ts";

function field(schema: unknown, value: unknown, expected: boolean): Row {
  return [{ $jsonSchema: { properties: { a: schema } } }, { a: value }, expected];
}

table("allOf, anyOf, oneOf, not", [
  field({ allOf: [{ minimum: 1 }, { maximum: 3 }] }, 2, true),
  field({ allOf: [{ minimum: 1 }, { maximum: 3 }] }, 4, false),
  field({ anyOf: [{ type: "string" }, { minimum: 3 }] }, 4, true),
  field({ anyOf: [{ type: "string" }, { minimum: 3 }] }, 2, false),
  field({ oneOf: [{ minimum: 1 }, { minimum: 3 }] }, 2, true),
  field({ oneOf: [{ minimum: 1 }, { minimum: 3 }] }, 4, false),
  field({ oneOf: [{ minimum: 1 }, { minimum: 3 }] }, 0, false),
  field({ not: { type: "string" } }, 4, true),
  field({ not: { type: "string" } }, "x", false),
]);

table("enum", [
  field({ enum: [1, "x", null] }, "x", true),
  field({ enum: [1, "x", null] }, null, true),
  field({ enum: [1] }, Long.fromNumber(1), true),
  field({ enum: [1] }, [1], false),
  field({ enum: [[1, 2]] }, [1, 2], true),
  field({ enum: [{ x: 1, y: { p: 1, q: 2 } }] }, { y: { q: 2, p: 1 }, x: 1 }, true),
  field({ enum: [{ x: 1 }] }, { x: 2 }, false),
]);

table("type, bsonType, encrypt", [
  field({ type: "number" }, Long.fromNumber(1), true),
  field({ type: ["string", "boolean"] }, true, true),
  field({ type: "array" }, [1], true),
  field({ type: "number" }, [1], false),
  field({ bsonType: "int" }, new Double(1), false),
  field({ bsonType: ["int", "double"] }, new Double(1), true),
  field({ bsonType: "number" }, 1, true),
  field({ encrypt: {} }, new Binary(Uint8Array.from([1]), 6), true),
  field({ encrypt: {} }, new Binary(Uint8Array.from([1]), 0), false),
]);

Deno.test("errors of logical and type keywords", () => {
  const rows: [unknown, string][] = [
    [{ allOf: 1 }, "14 $jsonSchema keyword 'allOf' must be an array"],
    [{ anyOf: [] }, "2 $jsonSchema keyword 'anyOf' must be a non-empty array"],
    [
      { oneOf: [1] },
      "14 $jsonSchema keyword 'oneOf' must be an array of objects, but found an element of type int",
    ],
    [
      { not: 1 },
      "14 $jsonSchema keyword 'not' must be an object, but found an element of type int",
    ],
    [{ enum: [] }, "9 $jsonSchema keyword 'enum' cannot be an empty array"],
    [{ enum: [1, 1.0] }, "9 $jsonSchema keyword 'enum' array cannot contain duplicate values."],
    [{ type: "integer" }, "2 $jsonSchema type 'integer' is not currently supported."],
    [{ type: "int" }, "2 Unknown type name alias: int"],
    [{ bsonType: "foo" }, "2 Unknown type name alias: foo"],
    [{ type: 2 }, "14 $jsonSchema keyword 'type' must be either a string or an array of strings"],
    [{ bsonType: [] }, "9 $jsonSchema keyword 'bsonType' must name at least one type"],
  ];
  for (const [schema, expected] of rows) assert.equal(refusal({ $jsonSchema: schema }), expected);
});

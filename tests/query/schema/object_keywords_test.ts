import assert from "node:assert/strict";
import { refusal, type Row, table } from "../table.ts";

const whole = (schema: unknown, document: unknown, expected: boolean): Row => [
  { $jsonSchema: schema },
  document,
  expected,
];

table("properties, required, counts", [
  whole({ properties: { a: { type: "number" } } }, { a: 1 }, true),
  whole({ properties: { a: { type: "number" } } }, { a: "x" }, false),
  whole({ properties: { a: { properties: { b: { type: "number" } } } } }, { a: { b: "x" } }, false),
  whole(
    { properties: { a: { properties: { b: { type: "number" } } } } },
    { a: [{ b: "x" }] },
    true,
  ),
  whole({ required: ["a", "b"] }, { a: 1, b: null }, true),
  whole({ required: ["a", "b"] }, { a: 1 }, false),
  whole({ required: ["a.b"] }, { a: { b: 1 } }, false),
  whole({ minProperties: 2 }, { a: 1 }, false),
  whole({ maxProperties: 1 }, { a: 1, b: 1 }, false),
]);

table("patternProperties and additionalProperties", [
  whole({ patternProperties: { "^n": { type: "number" } } }, { n1: 1, x: "y" }, true),
  whole({ patternProperties: { "^n": { type: "number" } } }, { n1: "x" }, false),
  whole({ additionalProperties: false, properties: { a: {} } }, { a: 1 }, true),
  whole({ additionalProperties: false, properties: { a: {} } }, { a: 1, b: 1 }, false),
  whole({ additionalProperties: false, patternProperties: { "^n": {} } }, { n: 1 }, true),
  whole(
    { additionalProperties: { type: "string" }, properties: { a: {} } },
    { a: 1, b: "x" },
    true,
  ),
  whole({ additionalProperties: { type: "string" } }, { b: 1 }, false),
]);

Deno.test("errors of object keywords", () => {
  const rows: [unknown, string][] = [
    [{ properties: 1 }, "14 $jsonSchema keyword 'properties' must be an object"],
    [{ properties: { a: 1 } }, "14 Nested schema for $jsonSchema property 'a' must be an object"],
    [{ patternProperties: 1 }, "14 $jsonSchema keyword 'patternProperties' must be an object"],
    [
      { patternProperties: { "^a": 1 } },
      "14 $jsonSchema keyword 'patternProperties' has property '^a' which is not an object",
    ],
    [
      { additionalProperties: 1 },
      "14 $jsonSchema keyword 'additionalProperties' must be an object or a boolean",
    ],
    [{ required: [] }, "9 $jsonSchema keyword 'required' cannot be an empty array"],
    [
      { required: ["a", "a"] },
      "9 $jsonSchema keyword 'required' array cannot contain duplicate values",
    ],
    [
      { required: [1] },
      "14 $jsonSchema keyword 'required' must be an array of strings, but found an element of type: int",
    ],
    [{ dependencies: 1 }, "14 $jsonSchema keyword 'dependencies' must be an object"],
  ];
  for (const [schema, expected] of rows) assert.equal(refusal({ $jsonSchema: schema }), expected);
});

import assert from "node:assert/strict";
import { answer, refusal, type Row, table } from "./table.ts";

/** Rows of [schema of the field a, value of a (undefined: missing), expected]. */
function fieldTable(name: string, rows: readonly (readonly [unknown, unknown, boolean])[]): void {
  table(
    name,
    rows.map(([schema, value, expected]): Row => [
      { $jsonSchema: { properties: { a: schema } } },
      value === undefined ? {} : { a: value },
      expected,
    ]),
  );
}

fieldTable("keywords are about their own type only", [
  [{ minimum: 5 }, "x", true],
  [{ minLength: 5 }, 1, true],
  [{ minItems: 5 }, "x", true],
  [{ required: ["b"] }, 5, true],
  [{ minimum: 5 }, undefined, true],
  [{ type: "string" }, undefined, true],
]);

Deno.test("unknown keywords can be ignored", () => {
  const schema = { $jsonSchema: { foo: 1 } };
  assert.equal(answer(schema, {}), 9);
  assert.equal(answer(schema, {}, { now: 0n, ignoreUnknownSchemaKeywords: true }), true);
});

Deno.test("errors of schemas", () => {
  const rows: [unknown, string][] = [
    [{ foo: 1 }, "9 Unknown $jsonSchema keyword: foo"],
    [{ $ref: "x" }, "9 $jsonSchema keyword '$ref' is not currently supported"],
    [{ title: 5 }, "14 $jsonSchema keyword 'title' must be of type string"],
    [
      { type: "string", bsonType: "string" },
      "9 Cannot specify both $jsonSchema keywords 'bsonType' and 'type'",
    ],
    [{ encryptMetadata: 1 }, "14 $jsonSchema keyword 'encryptMetadata' must be an object "],
  ];
  for (const [schema, expected] of rows) assert.equal(refusal({ $jsonSchema: schema }), expected);
});

Deno.test("a top-level schema is about the document", () => {
  assert.equal(answer({ $jsonSchema: { type: "object" } }, {}), true);
  assert.equal(answer({ $jsonSchema: { type: "string" } }, {}), false);
  assert.equal(answer({ $jsonSchema: { bsonType: ["object", "null"] } }, {}), true);
  assert.equal(answer({ $jsonSchema: { enum: [{ a: 1, b: 2 }] } }, { b: 2, a: 1 }), true);
});

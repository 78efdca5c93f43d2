import assert from "node:assert/strict";
import { Long } from "bson";
import { refusal, type Row, table } from "../table.ts";

function field(schema: unknown, value: unknown, expected: boolean): Row {
  return [{ $jsonSchema: { properties: { a: schema } } }, { a: value }, expected];
}

table("minItems, maxItems, uniqueItems", [
  field({ minItems: 2 }, [1], false),
  field({ minItems: 2 }, [1, 2], true),
  field({ maxItems: 1 }, [1, 2], false),
  field({ uniqueItems: true }, [1, 2, 1], false),
  field({ uniqueItems: true }, [1, Long.fromNumber(1)], false),
  field({ uniqueItems: true }, [{ a: 1, b: 2 }, { b: 2, a: 1 }], false),
  field({ uniqueItems: true }, [1, "1", true], true),
  field({ uniqueItems: false }, [1, 1], true),
]);

table("items and additionalItems", [
  field({ items: { type: "string" } }, ["x", "y"], true),
  field({ items: { type: "string" } }, ["x", 1], false),
  field({ items: [{ type: "string" }, { type: "number" }] }, ["x", 1, true], true),
  field({ items: [{ type: "string" }, { type: "number" }] }, ["x", "y"], false),
  field({ items: [{ type: "string" }, { type: "number" }] }, ["x"], true),
  field({ items: [{}], additionalItems: false }, [1], true),
  field({ items: [{}], additionalItems: false }, [1, 2], false),
  field({ items: [{}], additionalItems: { type: "string" } }, [1, "x"], true),
  field({ items: [{}], additionalItems: { type: "string" } }, [1, 2], false),
  field({ items: {}, additionalItems: false }, [1, 2], true),
  field({ additionalItems: false }, [1, 2], true),
]);

Deno.test("errors of array keywords", () => {
  const rows: [unknown, string][] = [
    [{ uniqueItems: 1 }, "14 $jsonSchema keyword 'uniqueItems' must be a boolean"],
    [{ items: 1 }, "14 $jsonSchema keyword 'items' must be an array or an object, not int"],
    [
      { items: [1] },
      "14 $jsonSchema keyword 'items' requires that each element of the array is an object, but found a int",
    ],
    [
      { additionalItems: 1 },
      "14 $jsonSchema keyword 'additionalItems' must be either an object or a boolean, but got a int",
    ],
    [{ minItems: 1.5 }, "9 Expected an integer: minItems: 1.5"],
  ];
  for (const [schema, expected] of rows) {
    assert.equal(refusal({ $jsonSchema: { properties: { a: schema } } }), expected);
  }
});

import assert from "node:assert/strict";
import { refusal, table } from "../table.ts";

table("dependencies on names and on schemas", [
  [{ $jsonSchema: { dependencies: { a: ["b", "c"] } } }, {}, true],
  [{ $jsonSchema: { dependencies: { a: ["b", "c"] } } }, { a: 1, b: 1 }, false],
  [{ $jsonSchema: { dependencies: { a: ["b", "c"] } } }, { a: 1, b: 1, c: 1 }, true],
  [{ $jsonSchema: { dependencies: { a: { required: ["b"] } } } }, { a: 1 }, false],
  [{ $jsonSchema: { dependencies: { a: { required: ["b"] } } } }, { b: 1 }, true],
]);

Deno.test("errors of dependencies", () => {
  const rows: [unknown, string][] = [
    [
      1,
      "14 property 'a' in $jsonSchema keyword 'dependencies' must be either an object or an array",
    ],
    [[], "9 property 'a' in $jsonSchema keyword 'dependencies' cannot be an empty array"],
    [["b", "b"], "9 array 'a' in $jsonSchema keyword 'dependencies' contains duplicate element: b"],
    [
      [1],
      "14 array 'a' in $jsonSchema keyword 'dependencies' can only contain strings, but found element of " +
      "type: int",
    ],
  ];
  for (const [value, expected] of rows) {
    assert.equal(refusal({ $jsonSchema: { dependencies: { a: value } } }), expected);
  }
});

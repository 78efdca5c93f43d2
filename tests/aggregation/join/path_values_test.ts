import assert from "node:assert/strict";
import { decode } from "../../../src/bson/decode.ts";
import { compilePath } from "../../../src/bson/path.ts";
import { visitPathValues } from "../../../src/aggregation/join/path_values.ts";
import { bson } from "../fixture.ts";

const ROWS: readonly (readonly [document: object, path: string, values: readonly unknown[]])[] = [
  [{ a: 1 }, "a", [1]],
  [{ a: null }, "a", [null]],
  [{ b: 1 }, "a", []],
  [{ a: [1, 2] }, "a", [1, 2]],
  [{ a: [] }, "a", []],
  [{ a: [[1], 2] }, "a", [[1], 2]],
  [{ a: { b: 5 } }, "a.b", [5]],
  [{ a: 7 }, "a.b", []],
  [{ a: [{ b: 1 }, { b: 2 }, { c: 3 }, 4] }, "a.b", [1, 2]],
  [{ a: [[{ b: 1 }]] }, "a.b", []],
  [{ a: [{ b: [1, 2] }, { b: 3 }] }, "a.b", [1, 2, 3]],
  // A number is an index where an array stands, else a name.
  [{ a: [10, 20] }, "a.1", [20]],
  [{ a: [10, 20] }, "a.2", []],
  [{ a: { "1": "x" } }, "a.1", ["x"]],
  [{ a: [{ x: 1 }, { x: 2 }] }, "a.0.x", [1]],
  [{ a: [[5, [6, 7]]] }, "a.0.1", [6, 7]],
  [{ "0": { a: 1 } }, "0.a", [1]],
];

for (const [document, path, expected] of ROWS) {
  Deno.test(`values at "${path}" of ${JSON.stringify(document)}`, () => {
    const values: unknown[] = [];
    const bytes = bson(document);
    visitPathValues(bytes, 0, compilePath(path), (_, type, at) => {
      values.push(decode(bytes, type, at));
    });
    assert.deepEqual(values, expected);
  });
}

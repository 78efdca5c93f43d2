import assert from "node:assert/strict";
import { BSON } from "bson";
import { decode } from "../../src/bson/decode.ts";
import { type ArrayVisits, documentPath, forEachPathValue } from "../../src/query/document_path.ts";
import { bson, table } from "./table.ts";

/** The values of a path with their array index; "missing" for a field that is not there. */
function visits(document: unknown, path: string, arrays: ArrayVisits = "elementsAndWhole") {
  const found: unknown[] = [];
  forEachPathValue(bson(document), 0, documentPath(path), arrays, (bytes, type, at, index) => {
    let value: unknown = "missing";
    if (type === 3 || type === 4) {
      value = BSON.deserialize(bytes.subarray(at), { allowObjectSmallerThanBufferSize: true });
    } else if (type >= 0) value = decode(bytes, type, at);
    found.push(index < 0 ? value : [value, index]);
    return false;
  });
  return found;
}

table("7.18 a number in a path is an index and a key", [
  [{ "a.1": 7 }, { a: [5, 7, 3] }, true],
  [{ "a.0": 7 }, { a: [5, 7, 3] }, false],
  [{ "a.0": 7 }, { a: { 0: 7 } }, true],
  [{ "a.1": 4 }, { a: [5, { 1: 4 }] }, true],
  [{ "a.1": { 1: 4 } }, { a: [5, { 1: 4 }] }, true],
  [{ "a.0.b": 1 }, { a: [{ b: 1 }] }, true],
  [{ "a.1.b": 4 }, { a: [5, [{ b: 4 }]] }, true],
  [{ "a.01": 7 }, { a: [5, 7] }, false],
  [{ "a.0": [1, 2] }, { a: [[1, 2]] }, true],
  [{ "a.0": 1 }, { a: [[1, 2]] }, false],
  [{ "a.0.0": 1 }, { a: [[1, 2]] }, true],
  [{ "a.0": null }, { a: [{ b: 1 }] }, true],
  [{ "a.0": null }, { a: [1] }, false],
]);

table("7.19 one array level per path step", [
  [{ "a.b": 1 }, { a: [{ b: 1 }] }, true],
  [{ "a.b": 1 }, { a: [[{ b: 1 }]] }, false],
  [{ "a.b": 1 }, { a: [{ b: [1] }] }, true],
  [{ "a.b": 1 }, { a: [{ b: [[1]] }] }, false],
  [{ a: 1 }, { a: [[1]] }, false],
  [{ "a.b.c": 1 }, { a: [{ b: [{ c: [1] }] }] }, true],
]);

table("7.44 names with dots and dollars are not reachable by path", [
  [{ "a.b": 1 }, { "a.b": 1 }, false],
  [{ "a.b": null }, { "a.b": 1 }, true],
]);

table("names that are prefixes, empty, or special", [
  [{ ab: 1 }, { abc: 1 }, false],
  [{ abc: 1 }, { ab: 1, abc: 1 }, true],
  [{ "": 1 }, { "": 1 }, true],
  [{ "a.": 1 }, { a: { "": 1 } }, true],
  [{ "a..b": 1 }, { a: { "": { b: 1 } } }, true],
  [{ é: 1 }, { é: 1 }, true],
  [{ constructor: 1 }, {}, false],
]);

Deno.test("7.18 forEachPathValue visits values in mongod's order", () => {
  assert.deepEqual(visits({ a: 5 }, "a"), [5]);
  assert.deepEqual(visits({}, "a"), ["missing"]);
  assert.deepEqual(visits({ a: 5 }, "a.b"), ["missing"]);
  assert.deepEqual(visits({ a: [] }, "a.b"), []);
  assert.deepEqual(visits({ a: [5, 6] }, "a"), [[5, 0], [6, 1], { 0: 5, 1: 6 }]);
  assert.deepEqual(visits({ a: [5, 6] }, "a", "elements"), [[5, 0], [6, 1]]);
  assert.deepEqual(visits({ a: [5, 6] }, "a", "whole"), [{ 0: 5, 1: 6 }]);
  assert.deepEqual(visits({ a: [5, { 1: 4 }, 3] }, "a.1"), [[4, 1], { 1: 4 }]);
  assert.deepEqual(visits({ a: [5, { b: 4 }, 3] }, "a.1.b"), [["missing", 1], 4]);
  assert.deepEqual(visits({ a: [{ b: [2, 3] }, { b: [4, 5] }] }, "a.b"), [
    [2, 0],
    [3, 0],
    [{ 0: 2, 1: 3 }, 0],
    [4, 1],
    [5, 1],
    [{ 0: 4, 1: 5 }, 1],
  ]);
  assert.deepEqual(visits({ a: [{ b: [2, 3] }, { b: [4, 5] }] }, "a.0.b"), [
    ["missing", 0],
    [2, 0],
    [3, 1],
    { 0: 2, 1: 3 },
    ["missing", 1],
  ]);
});

import assert from "node:assert/strict";
import { parseFilter } from "../../src/query/filter.ts";
import { compilePositional } from "../../src/query/positional.ts";
import { bson, CONTEXT } from "./table.ts";

Deno.test("7.56 the index of the first matching array element", () => {
  const rows: [unknown, unknown, number][] = [
    [{ a: 2 }, { a: [1, 2, 2] }, 1],
    [{ a: { $gt: 1 } }, { a: [1, 5] }, 1],
    [{ a: 2 }, { a: 2 }, -1],
    [{ a: [1, 2] }, { a: [1, 2] }, -1],
    [{ "a.b": 2 }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    [{ "a.b": 2 }, { a: [{ b: 1 }, { b: [7, 2] }] }, 1],
    [{ "a.b": 2 }, { a: { b: [1, 2] } }, 1],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { b: 1, c: 2 }] }, 1],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [9, 2] }, 1],
    [{ "a.b": { $elemMatch: { $eq: 2 } } }, { a: [{ b: [2] }, { b: [2] }] }, 0],
    [{ x: 1, a: 3 }, { x: 1, a: [1, 2, 3] }, 2],
    [{ a: 1, b: 3 }, { a: [1], b: [1, 2, 3] }, 2],
    [{ $or: [{ a: 9 }, { b: 2 }] }, { a: [1], b: [1, 2] }, 1],
    [{ a: { $ne: 5 } }, { a: [1, 2] }, -1],
    [{ a: { $in: [2, 3] } }, { a: [1, 3] }, 1],
    [{ a: /x/ }, { a: ["a", "x"] }, 1],
    [{ a: { $all: [1, 2] } }, { a: [2, 1] }, 0],
    [{ "a.1.b": 2 }, { a: [{ b: 2 }, { b: 2 }] }, -1],
    [{ $expr: true }, { a: [1] }, -1],
    [{ a: { $size: 2 } }, { a: [1, 2] }, -1],
    [{}, { a: [1] }, -1],
  ];
  for (const [filter, document, expected] of rows) {
    const index = compilePositional(parseFilter(bson(filter), CONTEXT))(bson(document), 0);
    assert.equal(index, expected, `${Deno.inspect(filter)} on ${Deno.inspect(document)}`);
  }
});

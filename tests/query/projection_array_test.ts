// Parts of arrays for projections.

import assert from "node:assert/strict";
import { BsonWriter } from "../../src/bson/encode.ts";
import { getField, nameBytes } from "../../src/bson/read.ts";
import { elementAt, sliceBounds, sliceWriter } from "../../src/query/projection_array.ts";
import { doc, show } from "../expression/evaluation.ts";

Deno.test("slice bounds", () => {
  assert.deepEqual(sliceBounds({ skip: undefined, limit: 2 }, 5), [0, 2]);
  assert.deepEqual(sliceBounds({ skip: undefined, limit: -2 }, 5), [3, 5]);
  assert.deepEqual(sliceBounds({ skip: undefined, limit: -9 }, 5), [0, 5]);
  assert.deepEqual(sliceBounds({ skip: 3, limit: 9 }, 5), [3, 5]);
  assert.deepEqual(sliceBounds({ skip: -2, limit: 1 }, 5), [3, 4]);
  assert.deepEqual(sliceBounds({ skip: 9, limit: 1 }, 5), [5, 5]);
});

Deno.test("elements are renumbered; what is no array stays", () => {
  const document = doc({ a: [1, [2], { b: 3 }], s: 5 });
  const writer = new BsonWriter();
  const write = sliceWriter({ skip: 1, limit: 2 });
  writer.startDocument();
  for (const name of ["a", "s"]) {
    const { bytes, type, at } = getField(document, name)!;
    write(writer, name, bytes, type, at);
  }
  writer.end();
  assert.deepEqual(writer.bytes(), doc({ a: [[2], { b: 3 }], s: 5 }));
});

Deno.test("elementAt", () => {
  const document = doc({ a: [1, "x"], s: 5 });
  assert.equal(show(elementAt(document, 0, nameBytes("a"), 1)!), '["x"]');
  assert.equal(elementAt(document, 0, nameBytes("a"), 2), undefined);
  assert.equal(elementAt(document, 0, nameBytes("a"), -1), undefined);
  assert.equal(elementAt(document, 0, nameBytes("s"), 0), undefined);
});

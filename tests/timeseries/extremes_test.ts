import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import { elements } from "../../src/bson/read.ts";
import { Extremes } from "../../src/timeseries/extremes.ts";

function extremes(documents: readonly Document[]): Document {
  const sides = [new Extremes(-1), new Extremes(1)];
  for (const document of documents) {
    const bytes = new Uint8Array(BSON.serialize(document));
    for (const side of sides) for (const field of elements(bytes)) side.add(field);
  }
  const writer = new BsonWriter();
  writer.startDocument();
  sides[0].write(writer, "min");
  sides[1].write(writer, "max");
  writer.end();
  return BSON.deserialize(writer.bytes());
}

/** [documents, min, max] */
const CASES: readonly (readonly [readonly Document[], Document, Document])[] = [
  [[{ a: 2 }, { a: 1 }, { a: 3 }], { a: 1 }, { a: 3 }],
  [[{ a: 2 }, { b: 1 }], { a: 2, b: 1 }, { a: 2, b: 1 }],
  [[{ a: { x: 1, y: 9 } }, { a: { y: 3, z: 0 } }], { a: { x: 1, y: 3, z: 0 } }, {
    a: { x: 1, y: 9, z: 0 },
  }],
  [[{ a: [1, 9] }, { a: [5, 2, 7] }], { a: [1, 2, 7] }, { a: [5, 9, 7] }],
  [[{ a: "x" }, { a: 7 }, { a: null }], { a: null }, { a: "x" }],
  [[{ a: { x: 1 } }, { a: 3 }], { a: 3 }, { a: { x: 1 } }],
  [[{ a: [1] }, { a: { x: 2 } }], { a: { x: 2 } }, { a: [1] }],
];

Deno.test("the smallest and largest of each field, documents and arrays part by part", () => {
  for (const [documents, min, max] of CASES) {
    assert.deepEqual(extremes(documents), { min, max }, JSON.stringify(documents));
  }
});

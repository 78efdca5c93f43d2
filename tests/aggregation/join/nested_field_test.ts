import assert from "node:assert/strict";
import { BSON } from "bson";
import { BsonWriter } from "../../../src/bson/encode.ts";
import { compilePath } from "../../../src/bson/path.ts";
import { writeWithField } from "../../../src/aggregation/join/nested_field.ts";
import { bson } from "../fixture.ts";

const ROWS: readonly (readonly [document: object, path: string, result: object])[] = [
  [{ a: 1 }, "x", { a: 1, x: 9 }],
  [{}, "x", { x: 9 }],
  [{ a: 1, x: 2, b: 3 }, "x", { a: 1, x: 9, b: 3 }],
  [{ a: 1 }, "x.y.z", { a: 1, x: { y: { z: 9 } } }],
  [{ x: { k: 1 }, b: 3 }, "x.y", { x: { k: 1, y: 9 }, b: 3 }],
  [{ x: { y: 1, k: 2 } }, "x.y", { x: { y: 9, k: 2 } }],
  [{ x: 5, b: 3 }, "x.y", { x: { y: 9 }, b: 3 }],
  [{ x: [{ y: 1 }] }, "x.y", { x: { y: 9 } }],
  [{ x: null }, "x.y.z", { x: { y: { z: 9 } } }],
];

for (const [document, path, expected] of ROWS) {
  Deno.test(`"${path}" set in ${JSON.stringify(document)}`, () => {
    const writer = new BsonWriter();
    const bytes = bson(document);
    writeWithField(writer, bytes, 0, compilePath(path), (name) => writer.int32(name, 9));
    const result = BSON.deserialize(writer.bytes());
    assert.deepEqual(result, expected);
    assert.deepEqual(Object.keys(result), Object.keys(expected));
  });
}

Deno.test("a field can also be left out", () => {
  const writer = new BsonWriter();
  writeWithField(writer, bson({ a: 1, b: 2 }), 0, compilePath("a"), () => {});
  assert.deepEqual(BSON.deserialize(writer.bytes()), { b: 2 });
});

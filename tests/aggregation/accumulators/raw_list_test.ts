import assert from "node:assert/strict";
import { RawList } from "../../../src/aggregation/accumulators/raw_list.ts";
import { BsonWriter } from "../../../src/bson/encode.ts";
import { decodeValue } from "../../../src/bson/decode.ts";
import { getField } from "../../../src/bson/read.ts";
import { doc, show } from "../../expression/evaluation.ts";

Deno.test("values go in raw or decoded and come out as an array", () => {
  const list = new RawList();
  const document = doc({ a: "text", b: [1, { c: 2 }], n: null, long: "y".repeat(200) });
  for (const name of ["a", "b", "n", "long"]) {
    const { bytes, type, at } = getField(document, name)!;
    list.appendRaw(bytes, type, at);
  }
  list.append(2.5);
  list.append(new Map([["k", 7]]));
  const text = `["text", [1, {c: 2}], null, "${"y".repeat(200)}", 2.5, {k: 7}]`;
  assert.equal(show(list.values()), text);
  assert.equal(list.count, 6);
  const writer = new BsonWriter();
  writer.startDocument();
  list.write(writer, "r");
  writer.end();
  assert.equal(show(decodeValue(getField(writer.bytes(), "r")!)), text);
});

Deno.test("an empty list is an empty array", () => {
  assert.deepEqual(new RawList().values(), []);
  assert.equal(new RawList().byteLength, 0);
});

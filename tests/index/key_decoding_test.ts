import assert from "node:assert/strict";
import { BsonWriter } from "../../src/bson/encode.ts";
import { nameBytes, type RawValue, valueEnd } from "../../src/bson/read.ts";
import { documentText } from "../../src/bson/json.ts";
import { KeyDecoder, keyValueEnd } from "../../src/index/key_decoding.ts";
import { encodeKey } from "../../src/index/key_encoding.ts";
import { KeyType, keyTypeOf } from "../../src/index/key_losses.ts";
import { freshSeed, Random, randomValue } from "../fuzz/generate.ts";
import { BsonDate } from "../../src/bson/value.ts";
import { double, type Literal, rawValue } from "../bson/literal.ts";

const decoder = new KeyDecoder();

/** The value as a document `{ v: value }`, undefined when the key cannot give it back. */
function decoded(value: RawValue, descending: boolean): Uint8Array | undefined {
  const code = keyTypeOf(value.bytes, value.type, value.at);
  const around = rawValue("around");
  const directions = [false, descending, descending];
  const key = encodeKey([around, value, around], directions);
  const flip = descending ? 0xff : 0;
  const from = keyValueEnd(key, 0, 0);
  const to = keyValueEnd(key, from, flip);
  assert.equal(keyValueEnd(key, to, flip), key.length, "the walk ends where the key ends");
  const writer = new BsonWriter();
  writer.startDocument();
  if (!decoder.write(writer, nameBytes("v"), key, from, to, descending, code)) return undefined;
  writer.end();
  return writer.bytes();
}

function documentWith(value: RawValue): Uint8Array {
  const writer = new BsonWriter();
  writer.startDocument();
  writer.headerBytes(value.type, nameBytes("v"));
  writer.append(value.bytes, value.at, valueEnd(value.bytes, value.type, value.at));
  writer.end();
  return writer.bytes();
}

Deno.test("a value comes back from its key byte for byte, or has to be fetched", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  let fetched = 0;
  const cases = 8000;
  for (let i = 0; i < cases; i++) {
    const value = randomValue(random, { maxDepth: 2 });
    const descending = random.chance(0.5);
    const found = decoded(value, descending);
    if (found === undefined) fetched++;
    else {
      const wanted = documentWith(value);
      assert.deepEqual(
        found,
        wanted,
        `seed ${seed} case ${i}: ${documentText(wanted)} came back as ${documentText(found)}`,
      );
    }
  }
  assert.ok(fetched < cases / 2, `${fetched} of ${cases} had to be fetched`);
});

const COMMON: readonly Literal[] = [
  ...[5, -5, 0, 2 ** 31 - 1, -(2 ** 31), double(5), double(-0), double(2.5), double(1e300)],
  ...[5n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 62n, "", "a", "a\0b\u0001"],
  ...[null, true, false, { a: 1, b: { c: "x" } }, [1, "a", [2]], [], {}, new BsonDate(5n)],
];

Deno.test("what is common never has to be fetched", () => {
  for (const literal of COMMON) {
    const value = rawValue(literal);
    for (const descending of [false, true]) {
      assert.deepEqual(decoded(value, descending), documentWith(value), String(literal));
    }
  }
});

Deno.test("what is missing is not written, and what is to be fetched is refused", () => {
  const key = encodeKey([rawValue(null)]);
  const write = (code: number): [boolean, number] => {
    const writer = new BsonWriter();
    const isWritten = decoder.write(writer, nameBytes("v"), key, 0, key.length, false, code);
    return [isWritten, writer.length];
  };
  assert.deepEqual(write(KeyType.Missing), [true, 0]);
  assert.deepEqual(write(KeyType.MissingInside), [true, 0]);
  assert.deepEqual(write(KeyType.Fetch), [false, 0]);
  assert.deepEqual(write(KeyType.Usual), [true, 3]);
});

// Law: our codec and npm:bson agree byte for byte, and a decoded value encodes to the bytes it came from.

import assert from "node:assert/strict";
import { BSON } from "bson";
import { compareRawValues, compareValues } from "../../src/bson/compare.ts";
import { decodeValue, toMap } from "../../src/bson/decode.ts";
import { encodeDocument, encodeValue } from "../../src/bson/encode.ts";
import { BsonType } from "../../src/bson/type.ts";
import { validateDocument } from "../../src/bson/validate.ts";
import { CommandError } from "../../src/error.ts";
import { ALL_TYPES, Random, randomDocument, randomValue } from "./generate.ts";

// npm:bson turns these into something else (null, DBRef, Invalid Date).
const ORACLE_TYPES = ALL_TYPES.filter((type) =>
  type !== BsonType.Undefined && type !== BsonType.DBPointer && type !== BsonType.Date
);

/** Round trips of random documents through our codec and through npm:bson. */
export function fuzzCodec(seed: number, cases: number): void {
  const random = new Random(seed);
  for (let i = 0; i < cases; i++) {
    const label = `seed ${seed} case ${i}`;
    const any = randomDocument(random, { maxFields: 8 });
    assert.equal(validateDocument(any, 0, any.length), any.length, label);
    assert.deepEqual(encodeDocument(toMap(any)), any, label);

    const document = randomDocument(random, {
      types: ORACLE_TYPES,
      names: ["a", "b", "c", "é", "dd"], // no names that an object would reorder
      maxFields: 8,
    });
    const object = BSON.deserialize(document, {
      bsonRegExp: true,
      promoteBuffers: false,
      promoteLongs: false,
      promoteValues: false,
    });
    assert.deepEqual(new Uint8Array(BSON.serialize(object)), document, label);
    assert.deepEqual(encodeDocument(toMap(document)), document, label);
  }
}

/** Decoded comparison agrees with comparison in place. */
export function fuzzDecodedOrder(seed: number, cases: number): void {
  const random = new Random(seed);
  for (let i = 0; i < cases; i++) {
    const a = randomValue(random);
    const b = random.chance(0.2) ? encodeValue(decodeValue(a)) : randomValue(random);
    assert.equal(
      compareValues(decodeValue(a), decodeValue(b)),
      compareRawValues(a, b),
      `seed ${seed} case ${i}`,
    );
  }
}

/** Damaged documents are refused or harmless: walking what validates never leaves the buffer. */
export function fuzzValidate(seed: number, cases: number): void {
  const random = new Random(seed);
  for (let i = 0; i < cases; i++) {
    const document = randomDocument(random, { maxFields: 6 });
    for (let hits = 1 + random.below(3); hits > 0; hits--) {
      document[random.below(document.length)] = random.below(256);
    }
    let end: number;
    try {
      end = validateDocument(document, 0, document.length);
    } catch (error) {
      assert.ok(error instanceof CommandError, `seed ${seed} case ${i}: ${error}`);
      continue;
    }
    assert.ok(end <= document.length, `seed ${seed} case ${i}`);
    decodeValue({ bytes: document, type: BsonType.Document, at: 0 });
    for (const value of toMap(document.subarray(0, end)).values()) encodeValue(value);
  }
}

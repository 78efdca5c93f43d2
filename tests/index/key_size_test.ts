// How long our keys are, beside mongod's: over a sample of what people index, at most 1.3 times as long.
//
// mongod's lengths are computed from the published layout of its KeyString (the comments of key_string.h and key_string.cpp in
// its source): a type byte per value; an integer in as many bytes as twice its magnitude takes; a number with a fraction
// in 8 bytes; a string with a zero byte behind it; fields of an object as type, name, value; a byte at the end of the key.
// RecordIds, which both append, and type bits, which both keep in the value, are left out.

import assert from "node:assert/strict";
import { Binary, BSON, type Document, Double, Int32, Long, ObjectId, Timestamp } from "bson";
import { elements } from "../../src/bson/read.ts";
import { encodeKey } from "../../src/index/key_encoding.ts";

const TYPE_BYTES = 1;
const END_BYTES = 1;
const text = new TextEncoder();

/** Bytes of a value in a KeyString, its type byte included. */
function keyStringBytes(value: unknown): number {
  if (value === null || value === undefined || typeof value === "boolean") return TYPE_BYTES;
  if (typeof value === "number") return numberBytes(value);
  if (value instanceof Int32 || value instanceof Double) return numberBytes(value.value);
  if (value instanceof Long) return integerBytes(value.toBigInt());
  if (typeof value === "string") return TYPE_BYTES + stringBytes(value);
  if (value instanceof ObjectId) return TYPE_BYTES + 12;
  if (value instanceof Date || value instanceof Timestamp) return TYPE_BYTES + 8;
  if (value instanceof Binary) {
    return TYPE_BYTES + (value.length() < 0xff ? 1 : 5) + 1 + value.length();
  }
  if (Array.isArray(value)) {
    return TYPE_BYTES + value.reduce((sum, item) => sum + keyStringBytes(item), 0) + 1;
  }
  let bytes = TYPE_BYTES + 1;
  for (const [name, field] of Object.entries(value)) {
    bytes += 1 + stringBytes(name) + keyStringBytes(field);
  }
  return bytes;
}

function stringBytes(value: string): number {
  return text.encode(value).length + value.split("\0").length;
}

function numberBytes(value: number): number {
  if (Number.isSafeInteger(value)) return integerBytes(BigInt(value));
  return Number.isNaN(value) ? TYPE_BYTES : TYPE_BYTES + 8;
}

/** The magnitude is shifted by one: the lowest bit says whether a fraction follows. */
function integerBytes(value: bigint): number {
  let rest = (value < 0n ? -value : value) << 1n;
  let bytes = 0;
  for (; rest > 0n; rest >>= 8n) bytes++;
  return TYPE_BYTES + bytes;
}

function ourBytes(key: Document): number {
  return encodeKey([...elements(new Uint8Array(BSON.serialize(key)))], []).length;
}

function theirBytes(key: Document): number {
  return Object.values(key).reduce((sum, one) => sum + keyStringBytes(one), END_BYTES);
}

/** Deterministic stand-ins for random values. */
function spread(i: number, limit: number): number {
  return (i * 2654435761) % limit;
}

const COUNT = 200;
const DAY_MS = 86_400_000;
const SAMPLE: Readonly<Record<string, (i: number) => Document>> = {
  "ObjectId": (i) => ({ a: new ObjectId(i.toString(16).padStart(24, "6")) }),
  "small int": (i) => ({ a: spread(i, 100) }),
  "int": (i) => ({ a: spread(i, 2_000_000_000) }),
  "long": (i) => ({ a: Long.fromNumber(spread(i, 2 ** 50)) }),
  "double": (i) => ({ a: new Double(spread(i, 100_000) / 100 + 0.001) }),
  "date": (i) => ({ a: new Date(1.7e12 + i * DAY_MS) }),
  "boolean": (i) => ({ a: i % 2 === 0 }),
  "null": () => ({ a: null }),
  "short string": (i) => ({ a: `city ${spread(i, 1000)}` }),
  "email": (i) => ({ a: `somebody.${spread(i, 100_000)}@example.com` }),
  "long string": (i) => ({ a: `A title of some forty characters, number ${i}` }),
  "status and date": (i) => ({ a: ["open", "paid", "sent"][i % 3], b: new Date(1.7e12 + i) }),
  "tenant and user": (i) => ({ a: new ObjectId("7".repeat(24)), b: `user${i}` }),
  "user and score": (i) => ({ a: `user${i}`, b: spread(i, 5000) }),
  "three parts": (i) => ({ a: `region ${i % 7}`, b: i % 2 === 0, c: spread(i, 1000) }),
  "nested": (i) => ({ a: { city: `city ${i}`, code: spread(i, 99_999) } }),
  "uuid": (i) => ({ a: new Binary(new Uint8Array(16).fill(i), 4) }),
};

Deno.test("keys are at most 1.3 times as long as mongod's over a sample", () => {
  let ours = 0;
  let theirs = 0;
  const lines: string[] = [];
  for (const [name, make] of Object.entries(SAMPLE)) {
    let own = 0;
    let other = 0;
    for (let i = 0; i < COUNT; i++) {
      const key = make(i);
      own += ourBytes(key);
      other += theirBytes(key);
    }
    lines.push(`${name}: ${(own / COUNT).toFixed(1)} beside ${(other / COUNT).toFixed(1)}`);
    ours += own;
    theirs += other;
  }
  const ratio = ours / theirs;
  assert.ok(ratio <= 1.3, `${ratio.toFixed(2)} times as long\n${lines.join("\n")}`);
});

Deno.test("the lengths of mongod's keys are those of its layout", () => {
  const rows: readonly (readonly [unknown, number])[] = [
    [0, 1],
    [1, 2],
    [127, 2],
    [128, 3],
    [-32767, 3],
    [32768, 4],
    [2 ** 31 - 1, 5],
    [1.5, 9],
    ["", 2],
    ["abc", 5],
    [true, 1],
    [new Date(0), 9],
    [{ a: 1 }, 7],
    [[1, 2], 6],
  ];
  for (const [value, bytes] of rows) assert.equal(keyStringBytes(value), bytes, String(value));
});

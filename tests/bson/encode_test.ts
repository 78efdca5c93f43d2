import assert from "node:assert/strict";
import { BSON, Long } from "bson";
import {
  arrayFrom,
  BsonWriter,
  documentFrom,
  encodeDocument,
  encodeValue,
  singleFieldDocument,
} from "../../src/bson/encode.ts";
import { BsonType } from "../../src/bson/type.ts";
import { getField, nameBytes } from "../../src/bson/read.ts";
import { AssertionError } from "../../src/assert.ts";
import { fuzzCodec } from "../fuzz/codec.ts";
import { freshSeed } from "../fuzz/generate.ts";
import { double, raw } from "./literal.ts";

Deno.test("BsonWriter writes what npm:bson writes", () => {
  const writer = new BsonWriter(8);
  writer.startDocument();
  writer.int32("i", -7);
  writer.int64("l", -7n);
  writer.double("d", 2.5);
  writer.string("s", "héllo\0😀");
  writer.string("long", "x".repeat(300));
  writer.bool("t", true);
  writer.null("n");
  writer.date("w", 1234);
  writer.startDocument("sub");
  writer.int32("é", 1);
  writer.end();
  writer.startArray("list");
  for (let i = 0; i < 101; i++) writer.int32(undefined, i);
  writer.end();
  writer.end();
  const expected = BSON.serialize({
    i: -7,
    l: Long.fromNumber(-7),
    d: 2.5,
    s: "héllo\0😀",
    long: "x".repeat(300),
    t: true,
    n: null,
    w: new Date(1234),
    sub: { "é": 1 },
    list: Array.from({ length: 101 }, (_, i) => i),
  });
  assert.deepEqual(writer.bytes(), new Uint8Array(expected));
});

Deno.test("values choose their type: int32, double, long (7.11)", () => {
  const document = raw({ a: 1, b: 2 ** 31, c: -0, d: double(1), e: 1n, f: 1.5, g: NaN });
  const types = ["a", "b", "c", "d", "e", "f", "g"].map((name) => getField(document, name)!.type);
  assert.deepEqual(types, [16, 1, 1, 1, 18, 1, 1]);
});

Deno.test("several documents in one buffer; reset, truncate, view", () => {
  const writer = new BsonWriter();
  writer.startDocument();
  writer.end();
  const first = writer.length;
  writer.append(raw({ a: 1 }));
  assert.equal(writer.view().length, first + 12);
  writer.truncate(first);
  assert.deepEqual([...writer.bytes()], [5, 0, 0, 0, 0]);
  writer.reset();
  assert.equal(writer.length, 0);
});

Deno.test("raw elements and values are copied as they stand", () => {
  const source = raw({ x: 1, sub: { y: "z" }, list: [1, "a"] });
  const writer = new BsonWriter();
  writer.startDocument();
  writer.rawElement(source, 4, 11);
  writer.raw("copy", getField(source, "sub")!);
  writer.document("doc", raw({ q: 1 }));
  writer.array("arr", arrayFrom([1, "a"]));
  writer.headerBytes(BsonType.Boolean, nameBytes("flag"));
  writer.append(Uint8Array.of(1));
  writer.end();
  assert.deepEqual(
    writer.bytes(),
    raw({ x: 1, copy: { y: "z" }, doc: { q: 1 }, arr: [1, "a"], flag: true }),
  );
});

Deno.test("deep nesting grows the stack", () => {
  const writer = new BsonWriter();
  for (let i = 0; i < 100; i++) writer.startDocument("a");
  for (let i = 0; i < 100; i++) writer.end();
  assert.equal(writer.length, 5 + 99 * 8);
});

Deno.test("misuse is an assertion: unclosed or unopened documents, values that are not BSON", () => {
  const writer = new BsonWriter();
  assert.throws(() => writer.end(), AssertionError);
  writer.startDocument();
  assert.throws(() => writer.bytes(), AssertionError);
  assert.throws(() => writer.value("f", (() => 1) as never), AssertionError);
});

Deno.test("integer-like names keep their place", () => {
  const map = new Map<string, number>([["b", 1], ["1", 2], ["0", 3], ["__proto__", 4]]);
  assert.deepEqual([...BSON.serialize(map)], [...encodeDocument(map)]);
});

Deno.test("stand-alone values and small documents", () => {
  const value = encodeValue("x");
  assert.equal(value.type, 2);
  assert.deepEqual(singleFieldDocument("a", value), documentFrom({ a: "x" }));
  assert.equal(encodeDocument(value.bytes), value.bytes);
});

Deno.test("fuzz: our codec and npm:bson agree", () => {
  fuzzCodec(freshSeed(), 1000);
});

import assert from "node:assert/strict";
import { BSONRegExp, Code, Double, Timestamp } from "bson";
import {
  copyValue,
  decode,
  decodeValue,
  documentEntries,
  doubleValue,
  isDocumentValue,
  toDocument,
  toMap,
} from "../../src/bson/decode.ts";
import { encodeValue } from "../../src/bson/encode.ts";
import { BsonDate, UNDEFINED } from "../../src/bson/value.ts";
import { AssertionError } from "../../src/assert.ts";
import { field, type Literal, ORDERED, raw, rawValue } from "./literal.ts";

Deno.test("every value decodes and encodes to the same bytes (7.38, 7.41)", () => {
  for (const literal of ORDERED.flat()) {
    const value = rawValue(literal as Literal);
    assert.deepEqual(encodeValue(decodeValue(value)), value);
  }
});

Deno.test("numbers keep their type", () => {
  assert.equal(decodeValue(rawValue(5)), 5);
  assert.equal(decodeValue(rawValue(5n)), 5n);
  assert.ok(decodeValue(rawValue(new Double(5))) instanceof Double);
  assert.equal(decodeValue(rawValue(new Double(5.5))), 5.5);
  assert.ok(doubleValue(-0) instanceof Double);
  assert.equal(doubleValue(2 ** 31), 2 ** 31);
});

Deno.test("documents are views, scalars are not", () => {
  const document = raw({ a: { b: 1 }, d: new BsonDate(1n), t: new Timestamp(5n) });
  const inner = decodeValue(field(document, "a")) as Uint8Array;
  assert.equal(inner.buffer, document.buffer);
  const copy = copyValue([inner]) as Uint8Array[];
  assert.notEqual(copy[0].buffer, document.buffer);
  assert.deepEqual(copy[0], inner);
  assert.equal((decodeValue(field(document, "d")) as BsonDate).ms, 1n);
});

Deno.test("arrays decode to values, undefined to its marker", () => {
  const list = decodeValue(rawValue([1, "a", [null], UNDEFINED]));
  assert.deepEqual(list, [1, "a", [null], UNDEFINED]);
});

Deno.test("regular expressions keep stored options, code its scope", () => {
  const regex = new BSONRegExp("a", "");
  regex.options = "xi"; // not sorted: as it may be stored
  assert.equal((decodeValue(rawValue(regex)) as BSONRegExp).options, "xi");
  const code = new Code("f", raw({ "1": 1, "0": 2 }) as unknown as Record<string, unknown>);
  const value = rawValue(code);
  assert.deepEqual(encodeValue(decodeValue(value)), value);
});

Deno.test("toMap takes the first of duplicate names, documentEntries shows all (7.42)", () => {
  const one = raw({ a: 1 });
  const both = Uint8Array.from([19, 0, 0, 0, ...one.slice(4, 11), 16, 97, 0, 2, 0, 0, 0, 0]);
  assert.deepEqual([...toMap(both)], [["a", 1]]);
  assert.deepEqual([...documentEntries(both)], [["a", 1], ["a", 2]]);
  const map = new Map([["x", 1]]);
  assert.equal(toMap(map), map);
  assert.deepEqual([...documentEntries(map)], [["x", 1]]);
  assert.deepEqual(toDocument(map), raw({ x: 1 }));
  assert.ok(isDocumentValue(map) && isDocumentValue(one) && !isDocumentValue([]));
});

Deno.test("an unknown type byte is a bug", () => {
  assert.throws(() => decode(new Uint8Array(20), 99, 0), AssertionError);
});

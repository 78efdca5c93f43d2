// Text of values and counting in UTF-8.

import assert from "node:assert/strict";
import { Binary, BSONSymbol, Code, Decimal128, Double, ObjectId, Timestamp } from "bson";
import { BsonDate, MISSING } from "../../src/bson/value.ts";
import { type Literal, toBson } from "../bson/literal.ts";
import {
  codePointCount,
  coerceToText,
  doubleToText,
  isAscii,
  numberToText,
  shortDoubleText,
  utf8Bytes,
  utf8Text,
  valueInMessage,
} from "../../src/expression/text.ts";
import { throwsCode } from "./evaluation.ts";

Deno.test("7.51 doubles as text, unlike JavaScript", () => {
  const rows: readonly (readonly [number, string])[] = [
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [1.5, "1.5"],
    [0.0001, "0.0001"],
    [-0.00012, "-0.00012"],
    [0.00001, "1e-05"],
    [1e-7, "1e-07"],
    [123456789012345, "123456789012345"],
    [1e15, "1000000000000000"],
    [1e16, "1e+16"],
    [1.5e300, "1.5e+300"],
    [NaN, "NaN"],
    [Infinity, "Infinity"],
    [-Infinity, "-Infinity"],
  ];
  for (const [value, expected] of rows) assert.equal(doubleToText(value), expected);
});

Deno.test("coercion", () => {
  assert.equal(coerceToText(5n), "5");
  assert.equal(coerceToText(null), "");
  assert.equal(coerceToText(new BsonDate(0n)), "1970-01-01T00:00:00.000Z");
  assert.equal(coerceToText(new Code("f()")), "f()");
  assert.equal(coerceToText(new BSONSymbol("s")), "s");
  assert.equal(coerceToText(new Timestamp({ t: 1, i: 2 })), "Jan  1 00:00:01:2");
  assert.equal(coerceToText(new Timestamp({ t: 1709212455, i: 12 })), "Feb 29 13:14:15:12");
  // Six digits, as C's %g: $toString has them all.
  const texts: [number, string][] = [
    [0.1, "0.1"],
    [-0.5, "-0.5"],
    [123456.4, "123456"],
    [1234567.8, "1.23457e+06"],
    [999999.9, "1e+06"],
    [0.0001234, "0.0001234"],
    [0.00001234, "1.234e-05"],
    [1e300, "1e+300"],
    [NaN, "nan"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
  ];
  for (const [value, text] of texts) {
    assert.equal(shortDoubleText(value), text);
    assert.equal(coerceToText(new Double(value)), text);
  }
  assert.equal(shortDoubleText(-0), "-0");
  assert.equal(numberToText(new Double(2)), "2");
  assert.equal(numberToText(Decimal128.fromString("1.50")), "1.50");
  throwsCode(() => coerceToText([]), 16007);
  throwsCode(() => coerceToText(true), 16007);
});

Deno.test("code points and bytes", () => {
  assert.equal(codePointCount("a😀b"), 3);
  assert.equal(utf8Bytes("é").length, 2);
  assert.equal(utf8Text(utf8Bytes("é😀")), "é😀");
  assert.equal(isAscii("abc"), true);
  assert.equal(isAscii("é"), false);
});

Deno.test("values in messages, as Value::toString writes them", () => {
  const rows: readonly (readonly [Literal, string])[] = [
    [{ a: 1, b: [1, "x", null], c: { d: 2.5 } }, '{a: 1, b: [1, "x", null], c: {d: 2.5}}'],
    [{}, "{}"],
    [[], "[]"],
    [NaN, "nan"],
    [-Infinity, "-inf"],
    [1e20, "1e+20"],
    [true, "true"],
  ];
  for (const [value, text] of rows) assert.equal(valueInMessage(toBson(value)), text);
  assert.equal(valueInMessage(new BsonDate(1709212455678n)), "2024-02-29T13:14:15.678Z");
  assert.equal(valueInMessage(MISSING), "missing");
  const id = "65f000000000000000000000";
  assert.equal(valueInMessage(ObjectId.createFromHexString(id)), id);
  assert.equal(valueInMessage(new Binary(Uint8Array.of(0xab), 5)), 'BinData(5, "AB")');
});

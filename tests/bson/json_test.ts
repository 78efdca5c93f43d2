import assert from "node:assert/strict";
import { Binary, BSONRegExp, BSONSymbol, Code, MaxKey, MinKey, ObjectId, Timestamp } from "bson";
import { documentText, doubleText, toShellText } from "../../src/bson/json.ts";
import { BsonDate, UNDEFINED } from "../../src/bson/value.ts";
import { decimal, double, type Literal, raw, toBson } from "./literal.ts";

const ROWS: ReadonlyArray<readonly [Literal, string]> = [
  [1, "1"],
  [1n, "1"],
  [double(1), "1.0"],
  [1.5, "1.5"],
  [decimal("1.50"), "1.50"],
  ["x", '"x"'],
  [new BSONSymbol("x"), '"x"'],
  [null, "null"],
  [UNDEFINED, "undefined"],
  [true, "true"],
  [{}, "{}"],
  [[], "[]"],
  [{ a: 1, b: "x" }, '{ a: 1, b: "x" }'],
  [[1, { a: [] }], "[ 1, { a: [] } ]"],
  [new ObjectId("507f1f77bcf86cd799439011"), "ObjectId('507f1f77bcf86cd799439011')"],
  [new BsonDate(-5n), "new Date(-5)"],
  [new Timestamp({ t: 1, i: 4294967295 }), "Timestamp(1, 4294967295)"],
  [new BSONRegExp("a.b", "i"), "/a.b/i"],
  [new Code("f()"), "f()"],
  [new MinKey(), "MinKey"],
  [new MaxKey(), "MaxKey"],
  [new Binary(Uint8Array.of(1, 171), 0), "BinData(0, 01AB)"],
  [
    new Binary(Uint8Array.from({ length: 16 }, (_, i) => i), 4),
    'UUID("00010203-0405-0607-0809-0a0b0c0d0e0f")',
  ],
];

Deno.test("values as the server writes them into messages", () => {
  for (const [literal, text] of ROWS) assert.equal(toShellText(toBson(literal)), text);
  assert.equal(documentText(raw({ a: 1 })), "{ a: 1 }");
});

Deno.test("doubles show sixteen digits and a point", () => {
  const rows: ReadonlyArray<readonly [number, string]> = [
    [0, "0.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [100, "100.0"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16.0"],
    [1e-5, "1e-05.0"],
    [1.25e-7, "1.25e-07"],
    [123456.789, "123456.789"],
    [NaN, "nan.0"],
    [Infinity, "inf.0"],
    [-Infinity, "-inf.0"],
  ];
  for (const [value, text] of rows) assert.equal(doubleText(value), text);
});

Deno.test("in messages inf, nan and exponents have no .0", () => {
  const rows: ReadonlyArray<readonly [number, string, string]> = [
    [2, "2.0", "2.0"],
    [NaN, "nan", "nan.0"],
    [Infinity, "inf", "inf.0"],
    [1e100, "1e+100", "1e+100.0"],
  ];
  for (const [value, message, nice] of rows) {
    assert.equal(toShellText(double(value)), message);
    assert.equal(doubleText(value), nice);
  }
});

// Raw documents and values from literals, for tests: order kept, types chosen by npm:bson's classes.

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";
import { documentFrom, encodeValue } from "../../src/bson/encode.ts";
import { getField, type RawValue } from "../../src/bson/read.ts";
import { BsonDate, type BsonValue, DBPointer, UNDEFINED } from "../../src/bson/value.ts";

/** A literal: nested plain objects stand for documents. */
export type Literal = BsonValue | { readonly [name: string]: Literal } | readonly Literal[];

export function toBson(literal: Literal): BsonValue {
  if (Array.isArray(literal)) return literal.map(toBson);
  if (
    typeof literal === "object" && literal !== null &&
    Object.getPrototypeOf(literal) === Object.prototype
  ) {
    const fields = literal as Record<string, Literal>;
    return new Map(Object.keys(fields).map((name) => [name, toBson(fields[name])]));
  }
  return literal as BsonValue;
}

/** `raw({ a: 1 })`: a document's bytes. */
export function raw(fields: Record<string, Literal>): Uint8Array {
  return documentFrom(
    Object.fromEntries(Object.keys(fields).map((name) => [name, toBson(fields[name])])),
  );
}

/** A stand-alone raw value. */
export function rawValue(literal: Literal): RawValue {
  return encodeValue(toBson(literal));
}

/** A field that must be there. */
export function field(document: Uint8Array, name: string): RawValue {
  return getField(document, name)!;
}

export const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
export const double = (value: number): Double => new Double(value);

/** One value or more of every type, in ascending order; values of an inner list are equal. */
export const ORDERED: ReadonlyArray<readonly Literal[]> = [
  [new MinKey()],
  [UNDEFINED],
  [null],
  [NaN, decimal("NaN"), decimal("-NaN")],
  [-Infinity, decimal("-Infinity")],
  [decimal("-1E+6000")],
  [-Number.MAX_VALUE],
  [-(2n ** 63n), double(-(2 ** 63))],
  [-(2n ** 53n) - 1n, decimal("-9007199254740993")],
  [-(2n ** 53n), double(-(2 ** 53))],
  [-1, -1n, double(-1), decimal("-1.000")],
  [decimal("-1E-6000")],
  [0, double(-0), 0n, decimal("-0"), decimal("0E+100"), double(0)],
  [decimal("1E-6000")],
  [Number.MIN_VALUE],
  [decimal("0.1")],
  [0.1],
  [0.5, decimal("0.50")],
  [1, 1n, double(1), decimal("1.0")],
  [2n ** 53n, double(2 ** 53), decimal("9007199254740992")],
  [decimal("9007199254740992.5")],
  [2n ** 53n + 1n, decimal("9007199254740993")],
  [decimal("9007199254740993.1")],
  [2n ** 53n + 2n, double(2 ** 53 + 2)],
  [2n ** 63n - 1n, decimal("9223372036854775807")],
  [double(2 ** 63), decimal("9223372036854775808")],
  [Number.MAX_VALUE],
  [decimal("1E+6000")],
  [Infinity, decimal("Infinity")],
  [""],
  ["\0"],
  ["\u0001"],
  ["a", new BSONSymbol("a")],
  ["a\0"],
  ["a\0b"],
  ["a\u0001"],
  ["ab"],
  ["b"],
  ["é"],
  ["\uff21"],
  ["\u{1f600}"],
  [{}],
  [{ b: 0 }, { b: 0n }, { b: decimal("0.0") }],
  [{ a: "" }],
  [{ a: "", b: 1 }],
  [[]],
  [[1], [1n]],
  [[1, 2]],
  [[1, "a"]],
  [[2]],
  [["a"]],
  [new Binary(new Uint8Array(0), 0)],
  [new Binary(Uint8Array.of(9), 0)],
  [new Binary(Uint8Array.of(1), 3)],
  [new Binary(Uint8Array.of(0), 4)],
  [new Binary(Uint8Array.of(0, 0), 0)],
  [new ObjectId("000000000000000000000001")],
  [new ObjectId("7fffffffffffffffffffffff")],
  [new ObjectId("800000000000000000000000")],
  [false],
  [true],
  [new BsonDate(-(2n ** 63n))],
  [new BsonDate(-1n)],
  [new BsonDate(0n)],
  [new BsonDate(2n ** 63n - 1n)],
  [new Timestamp(0n)],
  [new Timestamp({ t: 1, i: 4294967295 })],
  [new Timestamp({ t: 2, i: 0 })],
  [new Timestamp({ t: 4294967295, i: 0 })],
  [new BSONRegExp("a", "")],
  [new BSONRegExp("a", "i")],
  [new BSONRegExp("b", "")],
  [new DBPointer("b", new ObjectId("000000000000000000000001"))],
  [new DBPointer("aa", new ObjectId("000000000000000000000001"))],
  [new Code("a")],
  [new Code("b")],
  [new Code("a", raw({}) as unknown as Record<string, unknown>)],
  [new Code("a", raw({ x: 1 }) as unknown as Record<string, unknown>)],
  [new MaxKey()],
];

import assert from "node:assert/strict";
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";
import { parseCollation } from "../../../src/bson/collation.ts";
import { answer, bson, refusal, table } from "../table.ts";

const dec = (text: string) => Decimal128.fromString(text);
const long = (text: string) => Long.fromString(text);
/** {a: undefined}, the deprecated type, which npm:bson writes as null. */
const UNDEFINED_A = Uint8Array.from([8, 0, 0, 0, 6, 0x61, 0, 0]);

table("7.1 {a: null} matches null, missing and an array holding null", [
  [{ a: null }, { a: null }, true],
  [{ a: null }, {}, true],
  [{ a: null }, { a: [1, null] }, true],
  [{ a: null }, { a: [] }, false],
  [{ a: null }, { a: [[null]] }, false],
  [{ a: null }, { a: 0 }, false],
]);

table("7.2 {a: null} does not match undefined (8.0)", [
  [{ a: null }, UNDEFINED_A, false],
  [{ a: { $lte: null } }, UNDEFINED_A, false],
  [{ a: { $exists: true } }, UNDEFINED_A, true],
  [{ a: { $type: "undefined" } }, UNDEFINED_A, true],
]);

table("7.3 {'a.b': null} over arrays", [
  [{ "a.b": null }, { a: [{ b: 1 }, { c: 1 }] }, true],
  [{ "a.b": null }, { a: [{ b: 1 }, { b: 2 }] }, false],
  [{ "a.b": null }, { a: [] }, false],
  [{ "a.b": null }, { a: [5] }, false],
  [{ "a.b": null }, { a: 5 }, true],
  [{ "a.b": null }, {}, true],
  [{ "a.b": null }, { a: { b: null } }, true],
  [{ "a.b": null }, { a: [{ b: null }] }, true],
]);

table("7.4 $gte and $lte null are equality to null", [
  [{ a: { $gte: null } }, {}, true],
  [{ a: { $lte: null } }, { a: null }, true],
  [{ a: { $gte: null } }, { a: 1 }, false],
  [{ a: { $gt: null } }, { a: null }, false],
  [{ a: { $lt: null } }, {}, false],
]);

table("7.5 $ne, $nin and $not are complements over the whole document", [
  [{ a: { $ne: 1 } }, { a: [1, 2] }, false],
  [{ a: { $ne: 1 } }, { a: [2, 3] }, true],
  [{ a: { $ne: 1 } }, {}, true],
  [{ a: { $ne: null } }, {}, false],
  [{ a: { $ne: null } }, { a: [] }, true],
  [{ a: { $nin: [1, 2] } }, { a: [3, 2] }, false],
  [{ a: { $nin: [1, 2] } }, {}, true],
  [{ a: { $nin: [null] } }, {}, false],
  [{ "a.b": { $ne: 1 } }, { a: [{ b: 1 }, { b: 2 }] }, false],
  [{ a: { $not: { $gt: 3 } } }, { a: [1, 5] }, false],
  [{ a: { $not: { $gt: 3 } } }, { a: "x" }, true],
]);

table("7.6 type bracketing; MinKey and MaxKey compare with everything", [
  [{ a: { $lt: 5 } }, { a: "x" }, false],
  [{ a: { $lt: 5 } }, { a: null }, false],
  [{ a: { $lt: 5 } }, {}, false],
  [{ a: { $lt: "x" } }, { a: 1 }, false],
  [{ a: { $lt: "x" } }, { a: "a" }, true],
  [{ a: { $gt: new MinKey() } }, { a: 1 }, true],
  [{ a: { $gt: new MinKey() } }, { a: new MinKey() }, false],
  [{ a: { $gte: new MinKey() } }, { a: new MinKey() }, true],
  [{ a: { $lt: new MaxKey() } }, { a: { x: 1 } }, true],
  [{ a: { $lt: new MaxKey() } }, {}, true],
  [{ a: { $gt: new MaxKey() } }, { a: 1 }, false],
  [{ a: { $lte: new MaxKey() } }, { a: new MaxKey() }, true],
  [{ a: new MaxKey() }, { a: 1 }, false],
  [{ a: { $gt: { x: 1 } } }, { a: { x: 2 } }, true],
  [{ a: { $gt: { x: 1 } } }, { a: 5 }, false],
  [{ a: { $gte: [1, 2] } }, { a: [1, 2] }, true],
  [{ a: { $gt: [1, 2] } }, { a: [1, 3] }, true],
  [{ a: { $gt: false } }, { a: true }, true],
  [{ a: { $gt: false } }, { a: 1 }, false],
]);

table("7.8 NaN equals NaN of every type and is in no range", [
  [{ a: NaN }, { a: NaN }, true],
  [{ a: NaN }, { a: dec("NaN") }, true],
  [{ a: dec("NaN") }, { a: NaN }, true],
  [{ a: { $lt: NaN } }, { a: 1 }, false],
  [{ a: { $gt: NaN } }, { a: 1 }, false],
  [{ a: { $lte: NaN } }, { a: NaN }, true],
  [{ a: { $gte: NaN } }, { a: NaN }, true],
  [{ a: { $gte: NaN } }, { a: 1 }, false],
  [{ a: { $lt: 5 } }, { a: NaN }, false],
  [{ a: { $lte: 5 } }, { a: dec("NaN") }, false],
  [{ a: { $gt: dec("5") } }, { a: NaN }, false],
  [{ a: { $in: [NaN, 1, 2, 3, 4, 5] } }, { a: NaN }, true],
]);

table("7.9 negative zero equals zero", [
  [{ a: 0 }, { a: new Double(-0) }, true],
  [{ a: 0 }, { a: dec("-0") }, true],
  [{ a: new Double(-0) }, { a: new Int32(0) }, true],
  [{ a: { $in: [0, 1, 2, 3, 4] } }, { a: new Double(-0) }, true],
  [{ a: { $lt: 0 } }, { a: new Double(-0) }, false],
]);

table("7.10 true and 1 differ", [
  [{ a: true }, { a: 1 }, false],
  [{ a: 1 }, { a: true }, false],
  [{ a: { $in: [true] } }, { a: 1 }, false],
]);

table("7.11 numbers compare by exact value", [
  [{ a: new Double(9007199254740992) }, { a: long("9007199254740993") }, false],
  [{ a: long("9007199254740993") }, { a: new Double(9007199254740992) }, false],
  [{ a: long("9007199254740993") }, { a: long("9007199254740993") }, true],
  [{ a: { $gt: new Double(9007199254740992) } }, { a: long("9007199254740993") }, true],
  [{ a: { $lt: long("9007199254740993") } }, { a: new Double(9007199254740992) }, true],
  [{ a: 5 }, { a: long("5") }, true],
  [{ a: 5 }, { a: dec("5.0") }, true],
  [{ a: { $gte: dec("5.5") } }, { a: 5.5 }, true],
  [{ a: { $in: [long("9007199254740993"), 1, 2, 3, 4] } }, {
    a: new Double(9007199254740992),
  }, false],
  [{ a: { $in: [dec("1"), dec("2"), 3, 4, 5] } }, { a: 2 }, true],
  [{ a: { $in: [1, 2, 3, 4, 5] } }, { a: dec("5") }, true],
  [{ a: { $lt: Infinity } }, { a: long("9223372036854775807") }, true],
  [{ a: { $lt: 1.5 } }, { a: long("1") }, true],
]);

table("7.12 decimal 0.1 and double 0.1 differ", [
  [{ a: dec("0.1") }, { a: 0.1 }, false],
  [{ a: 0.1 }, { a: dec("0.1") }, false],
  [{ a: 0.5 }, { a: dec("0.5") }, true],
]);

table("7.13 array equality", [
  [{ a: [1, 2] }, { a: [1, 2] }, true],
  [{ a: [1, 2] }, { a: [[1, 2], 3] }, true],
  [{ a: [1, 2] }, { a: [2, 1] }, false],
  [{ a: [] }, { a: [] }, true],
  [{ a: [] }, { a: [[]] }, true],
  [{ a: [] }, { a: [1] }, false],
]);

table("7.14 two conditions may be met by different elements", [
  [{ a: { $gt: 3, $lt: 2 } }, { a: [1, 5] }, true],
  [{ a: { $gt: 3, $lt: 2 } }, { a: [3, 2] }, false],
]);

table("7.17 $in and $nin with nothing, null and regular expressions", [
  [{ a: { $in: [] } }, { a: 1 }, false],
  [{ a: { $in: [] } }, {}, false],
  [{ a: { $nin: [] } }, {}, true],
  [{ a: { $in: [null] } }, {}, true],
  [{ a: { $in: [null] } }, { a: [] }, false],
  [{ a: { $in: [/^ab/] } }, { a: "abc" }, true],
  [{ a: { $in: [/^ab/] } }, { a: 1 }, false],
  [{ a: { $nin: [/^ab/] } }, { a: "abc" }, false],
  [{ a: { $in: [[1, 2], 7] } }, { a: [1, 2] }, true],
  [{ a: { $in: [1, 2] } }, { a: [5, 2] }, true],
]);

table("7.22 embedded documents: order counts, numeric types do not", [
  [{ a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } }, true],
  [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, false],
  [{ a: { x: 1 } }, { a: { x: long("1") } }, true],
  [{ a: { x: 1 } }, { a: { x: 1, y: 2 } }, false],
  [{ a: {} }, { a: {} }, true],
]);

table("7.29 a stored regular expression equals an identical one", [
  [{ a: /x/i }, { a: /x/i }, true],
  [{ a: /x/i }, { a: /x/ }, false],
  [{ a: { $eq: /x/i } }, { a: /x/i }, true],
  [{ a: { $eq: /x/i } }, { a: "x" }, false],
  [{ a: /1/ }, { a: 1 }, false],
]);

table("7.34 strings compare by UTF-8 bytes", [
  [{ a: { $gt: "\uFF21" } }, { a: "\u{1F600}" }, true],
  [{ a: { $lt: "\uFF21" } }, { a: "\u{1F600}" }, false],
]);

table("7.35 NUL inside strings", [
  [{ a: "x\0y" }, { a: "x\0y" }, true],
  [{ a: "x" }, { a: "x\0" }, false],
  [{ a: { $gt: "x" } }, { a: "x\0" }, true],
]);

const bin = (subtype: number, ...bytes: number[]) => new Binary(Uint8Array.from(bytes), subtype);
table("7.37 binary orders by length, subtype, bytes", [
  [{ a: bin(3, 1, 2) }, { a: bin(4, 1, 2) }, false],
  [{ a: bin(0, 1, 2) }, { a: bin(0, 1, 2) }, true],
  [{ a: { $gt: bin(0, 9, 9) } }, { a: bin(4, 1, 1) }, true],
  [{ a: { $gt: bin(5, 9) } }, { a: bin(0, 1, 1) }, true],
]);

/** {a: Date(ms)} written by hand: beyond the range of Date. */
function farDate(ms: bigint): Uint8Array {
  const bytes = Uint8Array.from([16, 0, 0, 0, 9, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  new DataView(bytes.buffer).setBigInt64(7, ms, true);
  return bytes;
}
table("7.38 dates are signed 64-bit", [
  [{ a: { $gt: new Date(0) } }, farDate(2n ** 62n), true],
  [{ a: { $lt: new Date(0) } }, farDate(-(2n ** 62n)), true],
  [{ a: { $lt: new Date(-1) } }, { a: new Date(-2) }, true],
  [{ a: { $gte: new Date(5) } }, { a: new Date(5) }, true],
  [farDate(2n ** 62n), farDate(2n ** 62n), true],
]);

table("7.40 timestamps are unsigned", [
  [{ a: { $gt: new Timestamp({ t: 1, i: 1 }) } }, {
    a: new Timestamp({ t: 0xffffffff, i: 0 }),
  }, true],
  [{ a: { $gt: new Timestamp({ t: 1, i: 1 }) } }, { a: new Timestamp({ t: 1, i: 2 }) }, true],
]);

table("7.41 symbols match as strings; code and scope are types of their own", [
  [{ a: "x" }, { a: new BSONSymbol("x") }, true],
  [{ a: new BSONSymbol("x") }, { a: "x" }, true],
  [{ a: new Code("f") }, { a: new Code("f") }, true],
  [{ a: new Code("f") }, { a: "f" }, false],
  [{ a: new Code("f", { x: 1 }) }, { a: new Code("f") }, false],
]);

/** {a: 1, a: 2} */
const TWICE = Uint8Array.from([19, 0, 0, 0, 16, 0x61, 0, 1, 0, 0, 0, 16, 0x61, 0, 2, 0, 0, 0, 0]);
table("7.42 operators see the first of duplicate names", [
  [{ a: 1 }, TWICE, true],
  [{ a: 2 }, TWICE, false],
  [{ a: 1, b: null }, TWICE, true],
  [{ a: { $ne: 2 }, b: { $exists: false } }, TWICE, true],
]);

const id = new ObjectId("64b000000000000000000001");
const other = new ObjectId("64b0000000000000000000ff");
table("object ids", [
  [{ a: id }, { a: id }, true],
  [{ a: id }, { a: other }, false],
  [{ a: { $lt: other } }, { a: id }, true],
  [{ a: { $in: [other, other, other, other, id] } }, { a: id }, true],
  [{ a: { $in: [other, other, other, other, id] } }, { a: "x" }, false],
  [{ a: { $in: [other, other, other, other, "x", id] } }, { a: id }, true],
]);

table("$in of many strings", [
  [{ a: { $in: ["a", "b", "c", "d", "e", "é"] } }, { a: "é" }, true],
  [{ a: { $in: ["a", "b", "c", "d", "e"] } }, { a: "f" }, false],
  [{ a: { $in: ["a", "b", "c", "d", "e"] } }, { a: ["x", "e"] }, true],
  [{ a: { $in: ["a", "b", "c", "d", null] } }, { a: null }, true],
]);

/** {a: "<bytes>"} with a string that is not valid UTF-8. */
function invalidText(...text: number[]): Uint8Array {
  const size = 4 + 3 + 4 + text.length + 1 + 1;
  return Uint8Array.from([size, 0, 0, 0, 2, 0x61, 0, text.length + 1, 0, 0, 0, ...text, 0, 0]);
}
table("7.36 lone surrogates and invalid UTF-8 compare as bytes", [
  [invalidText(0xed, 0xa0, 0x80), invalidText(0xed, 0xa0, 0x80), true],
  [invalidText(0xed, 0xa0, 0x80), invalidText(0xed, 0xa0, 0x81), false],
  [{ a: "\ufffd" }, invalidText(0xff), false],
  [{ a: { $gt: "z" } }, invalidText(0xff), true],
]);

table("7.73 object ids compare as unsigned bytes", [
  [{ a: { $gt: new ObjectId("7fffffff0000000000000000") } }, {
    a: new ObjectId("800000000000000000000000"),
  }, true],
  [{ a: { $lt: new ObjectId("0000000000000000000000ff") } }, {
    a: new ObjectId("000000000000000000000001"),
  }, true],
]);

const collation = parseCollation(bson({ locale: "en", strength: 2 }));
assert(collation !== undefined);
table("collation folds strings in comparisons, not in patterns", [
  [{ a: "X" }, { a: "x" }, true],
  [{ a: { $in: ["X", "Y"] } }, { a: "y" }, true],
  [{ a: { $in: ["A", "B", "C", "D", "E"] } }, { a: "e" }, true],
  [{ a: { $ne: "X" } }, { a: "x" }, false],
  [{ a: { b: "X" } }, { a: { b: "x" } }, true],
  [{ a: ["X"] }, { a: ["x"] }, true],
  [{ a: { $lte: "a" } }, { a: "A" }, true],
  [{ a: { $lt: "b" } }, { a: "A" }, true],
  [{ a: /X/ }, { a: "x" }, false],
], { now: 0n, collation });

Deno.test("errors of comparison operators", () => {
  const rows: [unknown, string][] = [
    [{ a: { $in: 5 } }, "2 $in needs an array"],
    [{ a: { $nin: {} } }, "2 $nin needs an array"],
    [{ a: { $in: [{ $gt: 1 }] } }, "2 cannot nest $ under $in"],
    [{ a: { $gt: /x/ } }, "2 Can't have RegEx as arg to non-equality predicate over field 'a'."],
    [{ a: { $ne: new BSONRegExp("x") } }, "2 Can't have regex as arg to $ne."],
    [UNDEFINED_A, "2 cannot compare to undefined"],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
});

Deno.test("a DBRef is a value, other documents with $ are operators", () => {
  const ref = { $ref: "c", $id: 1 };
  assert.equal(answer({ a: ref }, { a: ref }), true);
  assert.equal(answer({ a: { $in: [ref] } }, { a: ref }), true);
  assert.equal(answer({ a: { $id: 1 } }, { a: 1 }), 2);
  assert.equal(answer({ a: { $elemMatch: { $id: 1 } } }, { a: [ref] }), true);
});

// $convert, the $to... operators, $type, $isNumber.

import { Binary, checkTable, date, dec, double, long, ObjectId, Timestamp } from "./evaluation.ts";

const convert = (input: unknown, to: unknown, more = {}) => ({ $convert: { input, to, ...more } });

Deno.test("numbers", () => {
  checkTable([
    [{ $toInt: 3.9 }, {}, "3"],
    [{ $toInt: -3.9 }, {}, "-3"],
    [{ $toInt: "42" }, {}, "42"],
    [{ $toInt: "1.5" }, {}, 241],
    [{ $toInt: " 1" }, {}, 241],
    [{ $toInt: "0x10" }, {}, 241],
    [{ $toInt: long(2n ** 40n) }, {}, 241],
    [{ $toInt: NaN }, {}, 241],
    [{ $toInt: true }, {}, "1"],
    [{ $toInt: date("2024-01-01") }, {}, 241],
    [{ $toInt: "$no" }, {}, "null"],
    [{ $toLong: "9223372036854775807" }, {}, "9223372036854775807n"],
    [{ $toLong: "9223372036854775808" }, {}, 241],
    [{ $toLong: date("1970-01-02") }, {}, "86400000n"],
    [{ $toLong: 1e30 }, {}, 241],
    [{ $toDouble: "1e3" }, {}, "1000.0"],
    [{ $toDouble: "-Infinity" }, {}, "-Infinity"],
    [{ $toDouble: "x" }, {}, 241],
    [{ $toDouble: dec("2.5") }, {}, "2.5"],
    [{ $toDecimal: "1.50" }, {}, "dec(1.50)"],
    [{ $toDecimal: 0.1 }, {}, "dec(0.100000000000000)"],
    [{ $toDecimal: 5 }, {}, "dec(5)"],
    [{ $toDecimal: "x" }, {}, 241],
  ]);
});

Deno.test("7.51 $toString of doubles", () => {
  checkTable([
    [{ $toString: 1e21 }, {}, '"1e+21"'],
    [{ $toString: 1e-7 }, {}, '"1e-07"'],
    [{ $toString: double(-0) }, {}, '"-0"'],
    [{ $toString: NaN }, {}, '"NaN"'],
    [{ $toString: -Infinity }, {}, '"-Infinity"'],
    [{ $toString: double(2) }, {}, '"2"'],
    [{ $toString: 0.1 }, {}, '"0.1"'],
  ]);
});

Deno.test("other types", () => {
  const id = new ObjectId("5b2be413c06d924ab26ff9ca");
  const uuid = new Binary(new Uint8Array(16).fill(0xab), 4);
  checkTable([
    [{ $toString: "$v" }, { v: id }, '"5b2be413c06d924ab26ff9ca"'],
    [{ $toString: "$v" }, { v: date("2024-01-01") }, '"2024-01-01T00:00:00.000Z"'],
    [{ $toString: true }, {}, '"true"'],
    [{ $toString: dec("1E+3") }, {}, '"1E+3"'],
    [{ $toString: [[1]] }, {}, 241],
    [{ $toString: "$v" }, { v: uuid }, '"abababab-abab-abab-abab-abababababab"'],
    [{ $toObjectId: "5b2be413c06d924ab26ff9ca" }, {}, "oid(5b2be413c06d924ab26ff9ca)"],
    [{ $toObjectId: "5b" }, {}, 241],
    [{ $toObjectId: "zb2be413c06d924ab26ff9ca" }, {}, 241],
    [{ $toObjectId: 5 }, {}, 241],
    [{ $toDate: "2024-01-31" }, {}, "2024-01-31T00:00:00.000Z"],
    [{ $toDate: long(1000) }, {}, "1970-01-01T00:00:01.000Z"],
    [{ $toDate: 1000.7 }, {}, "1970-01-01T00:00:01.000Z"],
    [{ $toDate: 5 }, {}, 241],
    [{ $toDate: "$v" }, { v: id }, "2018-06-21T17:44:51.000Z"],
    [{ $toDate: "$v" }, { v: new Timestamp({ t: 60, i: 9 }) }, "1970-01-01T00:01:00.000Z"],
    [{ $toDate: "x" }, {}, 241],
    [{ $toBool: "" }, {}, "true"],
    [{ $toBool: double(0) }, {}, "false"],
    [{ $toBool: "$v" }, { v: id }, "true"],
    [{ $toUUID: "abababab-abab-abab-abab-abababababab" }, {}, `bin(4, ${"ab".repeat(16)})`],
    [{ $toUUID: "x" }, {}, 241],
  ]);
});

Deno.test("$convert arguments", () => {
  checkTable([
    [convert("5", "int"), {}, "5"],
    [convert("5", 16), {}, "5"],
    [convert("x", "int", { onError: "bad" }), {}, '"bad"'],
    [convert(null, "int", { onNull: 0 }), {}, "0"],
    [convert("$no", "int"), {}, "null"],
    [convert("5", null), {}, "null"],
    [convert("5", "foo"), {}, 2],
    [convert("5", 1.5), {}, 9],
    [convert("5", 99), {}, 9],
    [convert("5", [1]), {}, 9],
    [convert("5", "array"), {}, 241],
    [{ $convert: 5 }, {}, 9],
    [{ $convert: { input: 1 } }, {}, 9],
    [{ $convert: { to: 1 } }, {}, 9],
    [convert("5", "int", { x: 1 }), {}, 9],
  ]);
});

Deno.test("$convert with binary data", () => {
  const bytes = new Binary(new Uint8Array([1, 2, 3, 255]), 0);
  const to = { type: "binData", subtype: 0 };
  checkTable([
    [convert("AQID/w==", to, { format: "base64" }), {}, "bin(0, 010203ff)"],
    [convert("AQID_w", to, { format: "base64url" }), {}, "bin(0, 010203ff)"],
    [convert("010203FF", to, { format: "hex" }), {}, "bin(0, 010203ff)"],
    [convert("é", to, { format: "utf8" }), {}, "bin(0, c3a9)"],
    [convert("$b", "string", { format: "hex" }), { b: bytes }, '"010203FF"'],
    [convert("$b", "string", { format: "base64" }), { b: bytes }, '"AQID/w=="'],
    [convert("$b", "string", { format: "utf8" }), { b: bytes }, 241],
    [convert("$b", "string"), { b: bytes }, 4341115],
    [convert("x", to, { format: "nope" }), {}, 4341125],
    [convert("x", to, { format: 5 }), {}, 4341114],
    [convert("x", to, { format: "hex" }), {}, 241],
    [convert("x", { type: "binData", subtype: 4 }, { format: "hex" }), {}, 241],
    [convert("x", { type: "binData", subtype: 1.5 }, { format: "hex" }), {}, 4341106],
    [convert("x", { type: "binData", subtype: 20 }, { format: "hex" }), {}, 4341107],
    [convert("x", { type: "binData", subtype: "x" }, { format: "hex" }), {}, 4341108],
    [convert("$b", "int"), { b: bytes }, "-16580095"],
    [convert("$b", "int", { byteOrder: "big" }), { b: bytes }, "16909311"],
    [convert(258, to, { byteOrder: "big" }), {}, "bin(0, 00000102)"],
    [convert("$b", "int", { byteOrder: "x" }), { b: bytes }, 9130002],
    [convert("$b", "int", { byteOrder: 5 }), { b: bytes }, 9130001],
    [convert("$b", "int", { byteOrder: null }), { b: bytes }, "-16580095"],
    [convert("$b", "long"), { b: bytes }, "-16580095n"],
    [convert("$b", "decimal"), { b: bytes }, 241],
    [convert("$b", "string", { format: null }), { b: bytes }, 4341115],
    [convert("$b", "string", { format: "uuid" }), { b: bytes }, 241],
    [convert("$b", { type: "binData", subtype: 5 }), { b: bytes }, 241],
    [convert("$b", "binData"), { b: bytes }, "bin(0, 010203ff)"],
    [convert("x", "binData", { format: "auto" }), {}, 241],
    [convert("x", to, { format: "uuid", onError: "bad" }), {}, '"bad"'],
    [convert("x", to), {}, 4341115],
    [convert(null, to), {}, "null"],
    [convert(NaN, to), {}, "bin(0, 000000000000f87f)"],
    [convert(long(1), to), {}, "bin(0, 0100000000000000)"],
    [convert(dec("1"), to), {}, 241],
    [convert("eA==", { type: "binData", subtype: 128 }, { format: "base64" }), {}, "bin(128, 78)"],
    [convert("x", { subtype: 0 }, { format: "utf8" }), {}, 9],
  ]);
});

Deno.test("$convert with a base", () => {
  checkTable([
    [convert("ff", "int", { base: 16 }), {}, "255"],
    [convert("-FF", "long", { base: 16 }), {}, "-255n"],
    [convert("101", "double", { base: 2 }), {}, "5.0"],
    [convert("+17", "decimal", { base: 8 }), {}, "dec(15)"],
    [convert("10", "int", { base: 10 }), {}, "10"],
    [convert("10", "int", { base: null }), {}, "10"],
    [convert("10", "int", { base: "$no" }), {}, "10"],
    [convert("0xff", "int", { base: 16 }), {}, 241],
    [convert("12", "int", { base: 2 }), {}, 241],
    [convert("1.5", "double", { base: 10 }), {}, 241],
    [convert("", "int", { base: 2 }), {}, 241],
    [convert("ffffffff", "int", { base: 16 }), {}, 241],
    [convert("8000000000000000", "long", { base: 16 }), {}, 241],
    [convert("12", "int", { base: 2, onError: "bad" }), {}, '"bad"'],
    [convert(255, "string", { base: 16 }), {}, '"FF"'],
    [convert(long(-8), "string", { base: 2 }), {}, '"-1000"'],
    [convert(double(8), "string", { base: 8 }), {}, '"10"'],
    [convert(dec("10.0"), "string", { base: 10 }), {}, '"10"'],
    [convert(1.5, "string", { base: 10 }), {}, 241],
    [convert(NaN, "string", { base: 10 }), {}, 241],
    [convert(dec("1.5"), "string", { base: 2 }), {}, 241],
    [convert(1e300, "string", { base: 2 }), {}, 241],
    [convert(5, "string", { base: 7 }), {}, 3501301],
    [convert(5, "string", { base: 2.5 }), {}, 3501300],
    [convert(5, "string", { base: "2" }), {}, 3501300],
  ]);
});

Deno.test("$toUUID", () => {
  const text = "01234567-89ab-cdef-0123-456789abcdef";
  const binary = new Binary(new Uint8Array(16), 4);
  checkTable([
    [{ $toUUID: text }, {}, "bin(4, 0123456789abcdef0123456789abcdef)"],
    [{ $toUUID: text.toUpperCase() }, {}, "bin(4, 0123456789abcdef0123456789abcdef)"],
    [{ $toUUID: "$b" }, { b: binary }, `bin(4, ${"00".repeat(16)})`],
    [{ $toUUID: "$b" }, { b: new Binary(new Uint8Array(16), 0) }, 241],
    [{ $toUUID: null }, {}, "null"],
    [{ $toUUID: "$no" }, {}, "null"],
    [{ $toUUID: text.slice(1) }, {}, 241],
    [{ $toUUID: true }, {}, 241],
    [{ $toUUID: [text, text] }, {}, 16020],
    [{ $toString: { $toUUID: text } }, {}, `"${text}"`],
  ]);
});

Deno.test("$type and $isNumber", () => {
  checkTable([
    [{ $type: "$no" }, {}, '"missing"'],
    [{ $type: null }, {}, '"null"'],
    [{ $type: "$v" }, { v: [1] }, '"array"'],
    [{ $type: long(1) }, {}, '"long"'],
    [{ $type: double(1) }, {}, '"double"'],
    [{ $isNumber: dec("NaN") }, {}, "true"],
    [{ $isNumber: "1" }, {}, "false"],
    [{ $isNumber: "$no" }, {}, "false"],
  ]);
});

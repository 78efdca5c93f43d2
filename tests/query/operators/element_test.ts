import assert from "node:assert/strict";
import { Double, Int32, Long, MinKey } from "bson";
import { refusal, table } from "../table.ts";

table("$exists", [
  [{ a: { $exists: true } }, { a: null }, true],
  [{ a: { $exists: true } }, {}, false],
  [{ a: { $exists: false } }, {}, true],
  [{ a: { $exists: 0 } }, { a: 1 }, false],
  [{ a: { $exists: null } }, {}, true],
  [{ a: { $exists: "no" } }, { a: 1 }, true],
  [{ a: { $exists: true } }, { a: [] }, true],
  [{ "a.b": { $exists: true } }, { a: [{}, { b: 1 }] }, true],
  [{ "a.b": { $exists: false } }, { a: [{}, { b: 1 }] }, false],
  [{ "a.b": { $exists: false } }, { a: [] }, true],
  [{ "a.0": { $exists: true } }, { a: [5] }, true],
  [{ "a.1": { $exists: true } }, { a: [5] }, false],
]);

table("7.23 $type tests elements and the array itself", [
  [{ a: { $type: "int" } }, { a: [1, "x"] }, true],
  [{ a: { $type: "array" } }, { a: [1] }, true],
  [{ a: { $type: "array" } }, { a: [] }, true],
  [{ a: { $type: "array" } }, { a: [[1]] }, true],
  [{ a: { $type: "string" } }, { a: [1] }, false],
  [{ a: { $type: 2 } }, { a: "x" }, true],
  [{ a: { $type: new Double(2) } }, { a: "x" }, true],
  [{ a: { $type: Long.fromNumber(16) } }, { a: new Int32(1) }, true],
  [{ a: { $type: -1 } }, { a: new MinKey() }, true],
  [{ a: { $type: "number" } }, { a: 1.5 }, true],
  [{ a: { $type: "number" } }, { a: Long.fromNumber(1) }, true],
  [{ a: { $type: ["string", "null"] } }, { a: null }, true],
  [{ a: { $type: "null" } }, {}, false],
  [{ a: { $type: "date" } }, { a: new Date() }, true],
]);

Deno.test("errors of $type", () => {
  const rows: [unknown, string][] = [
    [{ a: { $type: "foo" } }, "2 Unknown type name alias: foo"],
    [{ a: { $type: 0 } }, "2 Invalid numerical type code: 0. Instead use {$exists:false}."],
    [{ a: { $type: 20 } }, "2 Invalid numerical type code: 20"],
    [{ a: { $type: 1.5 } }, "2 Invalid numerical type code: 1.5"],
    [{ a: { $type: [] } }, "9 a must match at least one type"],
    [{ a: { $type: true } }, "14 type must be represented as a number or a string"],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
});

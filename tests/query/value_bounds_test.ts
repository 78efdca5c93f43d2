import assert from "node:assert/strict";
import { parseCollation } from "../../src/bson/collation.ts";
import { intervalTexts } from "../../src/index/interval.ts";
import { boundsFor } from "../../src/query/bounds.ts";
import { parseFilter } from "../../src/query/filter.ts";
import { bson, CONTEXT } from "./table.ts";

function shown(filter: unknown, isMultikey = false, context = CONTEXT): string {
  const bounds = boundsFor(parseFilter(bson(filter), context), isMultikey);
  if (bounds === undefined) return "none";
  return `${intervalTexts(bounds.intervals).join(" ")} ${bounds.exact ? "exact" : "check"}`;
}

Deno.test("bounds of conditions on values", () => {
  const rows: [unknown, string][] = [
    [{ a: 5 }, "[5, 5] exact"],
    [{ a: { $gt: 5 } }, "(5, inf.0] exact"],
    [{ a: { $lte: 5 } }, "[-inf.0, 5] exact"],
    [{ a: { $gte: "x" } }, '["x", {}) exact'],
    [{ a: { $lt: "x" } }, '["", "x") exact'],
    [{ a: { $lt: NaN } }, " exact"],
    [{ a: { $gte: NaN } }, "[nan.0, nan.0] exact"],
    [{ a: { $lt: true } }, "[false, true) exact"],
    [{ a: null }, "[null, null] exact"],
    [{ a: { $gt: null } }, " exact"],
    [{ a: { $in: [3, 1, 2] } }, "[1, 1] [2, 2] [3, 3] exact"],
    [{ a: { $in: [] } }, " exact"],
    [{ a: [1, 2] }, "[1, 1] [[ 1, 2 ], [ 1, 2 ]] check"],
    [{ a: [] }, "[undefined, undefined] [[], []] check"],
    [{ a: { $exists: true } }, "[MinKey, MaxKey] check"],
    [{ a: { $type: "string" } }, '["", {}) check'],
    [{ a: { $type: "array" } }, "[MinKey, MaxKey] check"],
    [{ a: /^ab/ }, '["ab", "ac") [/^ab/, /^ab/] exact'],
    [{ a: /^ab.*c/ }, '["ab", "ac") [/^ab.*c/, /^ab.*c/] check'],
    [{ a: /ab/ }, '["", {}) [/ab/, /ab/] check'],
    [{ a: { $in: [/^x/, 1] } }, '[1, 1] ["x", "y") [/^x/, /^x/] exact'],
  ];
  for (const [filter, expected] of rows) assert.equal(shown(filter), expected);
  assert.match(shown({ a: { $mod: [2, 0] } }), /check$/);
});

Deno.test("null is not exact when elements of arrays may miss the field", () => {
  assert.equal(shown({ a: null }, true), "[null, null] check");
  assert.equal(shown({ a: { $in: [null, 1] } }, true), "[null, null] [1, 1] check");
});

Deno.test("7.68 bounds of collated strings are keys, included and to be checked; of numbers exact", () => {
  const collation = parseCollation(bson({ locale: "en" }));
  const context = { now: 0n, collation };
  assert.match(
    shown({ a: "x" }, false, context),
    /^\[CollationKey\(0x\w+00\), CollationKey\(0x\w+00\)\] check$/,
  );
  assert.match(
    shown({ a: { $in: [1, "x"] } }, false, context),
    /^\[1, 1\] \[CollationKey\(0x\w+\), .* check$/,
  );
  assert.match(
    shown({ a: { $gt: "x" } }, false, context),
    /^\[CollationKey\(0x\w+\), \{\}\) check$/,
  );
  assert.match(shown({ a: { $lt: "x" } }, false, context), /^\["", CollationKey\(0x\w+\)\] check$/);
  assert.equal(shown({ a: { $lt: { b: "x" } } }, false, context), "[{}, []) check");
  assert.equal(shown({ a: { $ne: "x" } }, false, context), "none");
  assert.equal(shown({ a: { $in: [1, /x/] } }, false, context), "none");
  assert.equal(shown({ a: 5 }, false, context), "[5, 5] exact");
});

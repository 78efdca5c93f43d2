import assert from "node:assert/strict";
import { parseCollation } from "../../src/bson/collation.ts";
import {
  isClusteredIndex,
  isCollationFree,
  isMultikey,
  looksAtBytes,
  multikeyPositions,
  sameCollation,
  shareArray,
} from "../../src/plan/planner_index.ts";
import { compileQuery } from "../../src/query/filter.ts";
import { bson, expressionOf, index } from "./fixture.ts";

Deno.test("multikeyPositions reads the bits of a field", () => {
  const nested = index({ "a.b.c": 1, d: 1 }, { multikey: [0b101, 0] });
  assert.deepEqual(multikeyPositions(nested, 0), [0, 2]);
  assert.deepEqual(multikeyPositions(nested, 1), []);
  assert.equal(isMultikey(nested), true);
  assert.equal(isMultikey(index({ a: 1 })), false);
});

for (
  const [pattern, multikey, expected] of [
    [{ "a.b": 1, "a.c": 1 }, [1, 1], true],
    [{ "a.b": 1, "a.c": 1 }, [2, 2], false],
    [{ "a.b": 1, "a.b.c": 1 }, [2, 2], true],
    [{ a: 1, b: 1 }, [1, 0], false],
    [{ "a.b": 1, "x.c": 1 }, [1, 1], false],
  ] as const
) {
  Deno.test(`fields of ${JSON.stringify(pattern)} with arrays at ${multikey} share one: ${expected}`, () => {
    assert.equal(shareArray(index(pattern, { multikey }), 0, 1), expected);
  });
}

Deno.test("sameCollation compares whole collations", () => {
  const german = parseCollation(bson({ locale: "de" }));
  assert.ok(sameCollation(german, parseCollation(bson({ locale: "de" }))));
  assert.ok(!sameCollation(german, parseCollation(bson({ locale: "de", strength: 1 }))));
  assert.ok(!sameCollation(german, undefined));
  assert.ok(sameCollation(undefined, undefined));
});

for (
  const [filter, expected] of [
    [{ a: 5 }, true],
    [{ a: "x" }, false],
    [{ a: { $in: [1, "x"] } }, false],
    [{ a: { $in: [1, null] } }, true],
    [{ a: { $ne: 1 } }, true],
    [{ a: { b: 1 } }, false],
    [{ a: /x/ }, false],
    [{ a: { $exists: true } }, true],
    [{ a: { $gt: 1, $lt: 5 } }, true],
    [{ a: { $type: "string" } }, true],
  ] as const
) {
  Deno.test(`${JSON.stringify(filter)} does not depend on a collation: ${expected}`, () => {
    assert.equal(isCollationFree(expressionOf(filter)), expected);
  });
}

Deno.test("regular expressions look at bytes wherever they stand", () => {
  assert.equal(looksAtBytes(expressionOf({ a: /^x/ })), true);
  assert.equal(looksAtBytes(expressionOf({ a: { $in: [1, /^x/] } })), true);
  assert.equal(looksAtBytes(expressionOf({ a: { $not: /^x/ } })), true);
  assert.equal(looksAtBytes(expressionOf({ $or: [{ a: 1 }, { a: /^x/ }] })), true);
  assert.equal(looksAtBytes(expressionOf({ a: { $gt: 5 } })), false);
  const collation = parseCollation(bson({ locale: "en" }))!;
  const collated = compileQuery(bson({ a: { $gt: "x" } }), { now: 0n, collation });
  assert.equal(looksAtBytes(collated.expression), false);
  // As a rewritten $expr has it: compared without a collation.
  assert.equal(looksAtBytes(expressionOf({ a: { $gt: "x" } })), true);
});

Deno.test("the index of a clustered collection says so", () => {
  const id = index({ _id: 1 });
  const clustered = { ...id, spec: { ...id.spec, document: bson({ clustered: true }) } };
  assert.deepEqual([id, clustered].map(isClusteredIndex), [false, true]);
});

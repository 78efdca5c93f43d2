import assert from "node:assert/strict";
import type { Document } from "bson";
import { summaryOf } from "../../src/plan/summary.ts";
import { index, plan } from "./fixture.ts";

const ROWS: [Document, string][] = [
  [{ a: 1 }, "IXSCAN { a: 1, b: -1 }"],
  [{ c: 1 }, "COLLSCAN"],
  [{ _id: 1 }, "EXPRESS_IXSCAN { _id: 1 }"],
  [{ $or: [{ a: 1 }, { d: 1 }] }, "IXSCAN { a: 1, b: -1 }, IXSCAN { d: 1 }"],
];

Deno.test("a scan that only counts is a COUNT_SCAN", () => {
  const indexes = [{ ...index({ a: 1, b: -1 }), keepsTypes: true }];
  const counted = (filter: Document) =>
    plan(indexes, { filter, neededPaths: new Set<string>() }).summary;
  assert.equal(counted({ a: 1 }), "COUNT_SCAN { a: 1, b: -1 }");
  assert.equal(counted({ a: { $in: [1, 2] } }), "IXSCAN { a: 1, b: -1 }", "of one stretch only");
  assert.equal(counted({ a: 1, b: { $mod: [2, 0] } }), "IXSCAN { a: 1, b: -1 }");
});

Deno.test("the scans of a plan, whatever stands above them", () => {
  for (const [filter, expected] of ROWS) {
    const { root } = plan([index({ a: 1, b: -1 }), index({ d: 1 })], { filter, sort: { z: 1 } });
    assert.equal(summaryOf(root), expected);
  }
});

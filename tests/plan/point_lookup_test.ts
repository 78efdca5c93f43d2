import assert from "node:assert/strict";
import { Decimal128, type Document, Double, Long, MaxKey, ObjectId } from "bson";
import { pointScan } from "../../src/plan/point_lookup.ts";
import { expressionOf, index, type IndexOptions, plan, planText } from "./fixture.ts";

const A = index({ a: 1 });
const AB = index({ a: 1, b: -1 });
const B = index({ b: 1 });

Deno.test("one equality and one index that leads with its field: a point scan", () => {
  const values = [5, "x", new ObjectId(), true, new Date(0), Long.fromNumber(7), new Double(1.5)];
  for (const value of [...values, NaN, Decimal128.fromString("1.0")]) {
    assert.equal(pointScan([B, AB], expressionOf({ a: value }))?.index, AB, String(value));
    assert.equal(pointScan([B, A], expressionOf({ a: { $eq: value } }))?.index, A, String(value));
  }
  const options: readonly IndexOptions[] = [{ unique: true }, { sparse: true }, { multikey: [1] }];
  for (const option of options) {
    const special = index({ a: 1 }, option);
    assert.equal(pointScan([special], expressionOf({ a: 5 }))?.index, special);
  }
});

Deno.test("everything else is left to the planner", () => {
  const filters: readonly Document[] = [
    {},
    { a: null },
    { a: [1] },
    { a: { x: 1 } },
    { a: /x/ },
    { a: new MaxKey() },
    { a: { $gt: 5 } },
    { a: { $in: [5] } },
    { a: 5, b: 6 },
    { c: 5 },
  ];
  for (const filter of filters) {
    assert.equal(pointScan([A, B], expressionOf(filter)), undefined, JSON.stringify(filter));
  }
  const wildcard = {
    ...A,
    name: "w",
    parts: [{ path: "", direction: 1 as const, wildcard: true }],
  };
  const hashed = { ...A, parts: [{ path: "a", direction: 1 as const, hashed: true }] };
  const lists = [
    [],
    [A, AB],
    [A, wildcard],
    [hashed],
    [index({ a: -1 })],
    [index({ a: 1 }, { isUsable: false })],
    [index({ a: 1 }, { partial: { b: 1 } })],
    [index({ a: 1 }, { collation: { locale: "en" } })],
  ];
  for (const indexes of lists) assert.equal(pointScan(indexes, expressionOf({ a: 5 })), undefined);
});

Deno.test("the plan is the one the planner makes", () => {
  for (const indexes of [[A], [AB, B], [index({ a: 1 }, { multikey: [1] })]]) {
    for (const value of [5, "x", new Double(0.5), NaN]) {
      const filter = { a: value };
      const wholeDocuments = planText(plan(indexes, { filter }).root);
      // A projection that no index covers takes the long way.
      const longWay = planText(plan(indexes, { filter, neededPaths: new Set(["z"]) }).root);
      assert.equal(wholeDocuments, longWay);
    }
  }
});

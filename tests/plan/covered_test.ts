import assert from "node:assert/strict";
import { parseSort } from "../../src/query/sort_spec.ts";
import { planQuery } from "../../src/plan/choose.ts";
import { addReadPaths, coveringFields, coveringOf } from "../../src/plan/covered.ts";
import type { PlannerIndex } from "../../src/plan/planner_index.ts";
import { bson, expressionOf, filterOf, index, type IndexOptions, planText } from "./fixture.ts";

type Pattern = Record<string, 1 | -1>;

function typed(pattern: Pattern, options: IndexOptions = {}): PlannerIndex {
  return { ...index(pattern, options), keepsTypes: true };
}

interface Asked {
  readonly filter?: Record<string, unknown>;
  readonly sort?: Record<string, unknown>;
  readonly needs: readonly string[];
}

function planned(indexes: readonly PlannerIndex[], { filter, sort, needs }: Asked) {
  const projection = bson(Object.fromEntries(needs.map((path) => [path, 1])));
  return planQuery({ indexes }, {
    filter: filterOf(filter ?? {}),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
    projection: { spec: projection, isSimple: true },
    neededPaths: new Set(needs),
  }).root;
}

const CASES: ReadonlyArray<readonly [string, readonly PlannerIndex[], Asked, string]> = [
  [
    "whole answer",
    [typed({ a: 1, b: 1 })],
    { filter: { a: 1 }, needs: ["b"] },
    "PROJECTION_COVERED > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "a path that is not in the index",
    [typed({ a: 1, b: 1 })],
    { filter: { a: 1 }, needs: ["b", "_id"] },
    "PROJECTION_SIMPLE > FETCH > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "a filter that bounds do not answer",
    [typed({ a: 1, b: 1 })],
    { filter: { a: 1, b: { $exists: true } }, needs: ["b"] },
    "PROJECTION_COVERED > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "a filter on another field",
    [typed({ a: 1, b: 1 })],
    { filter: { a: 1, c: 1 }, needs: ["b"] },
    "PROJECTION_SIMPLE > FETCH+filter > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "an order of its own",
    [typed({ a: 1, b: 1 })],
    { filter: { a: { $gt: 1 } }, sort: { b: 1 }, needs: ["a"] },
    "PROJECTION_COVERED > SORT > IXSCAN a_1_b_1 (1, inf.0] | [MinKey, MaxKey]",
  ],
  [
    "merged scans",
    [typed({ a: 1, b: 1 })],
    { filter: { a: { $in: [1, 2] } }, sort: { b: 1 }, needs: ["b"] },
    "PROJECTION_COVERED > SORT_MERGE > (IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]; " +
    "IXSCAN a_1_b_1 [2, 2] | [MinKey, MaxKey])",
  ],
  [
    "dotted paths",
    [typed({ a: 1, "b.c": 1 })],
    { filter: { a: 1 }, needs: ["b.c"] },
    "PROJECTION_DEFAULT > IXSCAN a_1_b.c_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "an array path",
    [typed({ a: 1, b: 1 }, { multikey: [0, 1] })],
    { filter: { a: 1 }, needs: ["b"] },
    "PROJECTION_SIMPLE > FETCH > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "an array path that nobody asks for",
    [typed({ a: 1, b: 1 }, { multikey: [0, 1] })],
    { filter: { a: 1 }, needs: ["a"] },
    "PROJECTION_COVERED > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
  [
    "keys that lost their types",
    [index({ a: 1, b: 1 })],
    { filter: { a: 1 }, needs: ["b"] },
    "PROJECTION_SIMPLE > FETCH > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
  ],
];

for (const [name, indexes, asked, expected] of CASES) {
  Deno.test(`covered: ${name}`, () => {
    assert.equal(planText(planned(indexes, asked)), expected);
  });
}

Deno.test("the scan carries the filter, and gives no more than is asked for where it can", () => {
  const root = planned([typed({ a: 1, b: 1, c: 1 })], {
    filter: { a: 1, b: { $mod: [2, 0] } },
    needs: ["c"],
  });
  assert.ok("input" in root && root.input !== undefined);
  assert.deepEqual(coveringOf(root.input)?.fields, [1, 2]);
  assert.equal(coveringOf(root.input)?.isAnswer, false);
  assert.equal(root.input.stage === "IXSCAN" && root.input.filter?.expression.kind, "mod");
});

Deno.test("coveringFields takes the field itself or one above, and none with numbers", () => {
  const both = typed({ a: 1, "a.b": 1, "c.0": 1, d: 1 });
  assert.deepEqual(coveringFields(both, ["a.b"]), [1]);
  assert.deepEqual(coveringFields(both, ["a.c"]), [0]);
  assert.deepEqual(coveringFields(both, ["a", "a.b", "d"]), [0, 3]);
  assert.equal(coveringFields(both, ["c.0"]), undefined);
  assert.equal(coveringFields(typed({ "a.b": 1 }), ["a"]), undefined);
  assert.deepEqual(coveringFields(both, []), []);
});

Deno.test("addReadPaths finds what a filter looks at", () => {
  const read = (filter: Record<string, unknown>) => {
    const paths = new Set<string>();
    return addReadPaths(expressionOf(filter), paths) ? [...paths].sort() : undefined;
  };
  assert.deepEqual(read({ a: 1, $or: [{ b: /x/ }, { "c.d": { $not: { $size: 2 } } }] }), [
    "a",
    "b",
    "c.d",
  ]);
  assert.deepEqual(read({ a: { $elemMatch: { b: 1 } } }), ["a"]);
  assert.deepEqual(read({ $expr: { $eq: ["$a.b", "$c"] } }), ["a.b", "c"]);
  assert.equal(read({ $expr: { $eq: ["$$ROOT", 1] } }), undefined);
  assert.equal(read({ $jsonSchema: {} }) ?? undefined, undefined);
});

import assert from "node:assert/strict";
import type { Document } from "bson";
import { planQuery } from "../../src/plan/choose.ts";
import { filteredIndexes, indexFiltersOf } from "../../src/plan/index_filters.ts";
import { shapeText } from "../../src/plan/query_shape.ts";
import { bson, filterOf, index, planText } from "./fixture.ts";

const EMPTY = bson({});

function collectionWith(filter: Document, allowed: { names?: string[]; patterns?: Document[] }) {
  const collection = {
    indexes: [index({ a: 1 }), index({ b: 1 })],
    planner: {
      refusesScans: false,
      hasIndexFilters: true,
      planCache: { hits: 0, misses: 0, replanned: 0 },
    },
  };
  indexFiltersOf(collection).set({
    shape: shapeText({ filter: filterOf(filter) }),
    query: bson(filter),
    sort: EMPTY,
    projection: EMPTY,
    collation: undefined,
    names: allowed.names ?? [],
    patterns: (allowed.patterns ?? []).map((pattern) => bson(pattern)),
  });
  return collection;
}

Deno.test("only the named indexes are used, by name or by pattern, and a hint is not heard", () => {
  for (const allowed of [{ names: ["b_1"] }, { patterns: [{ b: 1 }] }]) {
    const collection = collectionWith({ a: 1, b: 1 }, allowed);
    const filter = filterOf({ a: 5, b: 6 });
    const plans = [
      planQuery(collection, { filter }),
      planQuery(collection, { filter, hint: { index: collection.indexes[0] } }),
      planQuery(collection, { filter, hint: { natural: 1 } }),
    ];
    for (const plan of plans) {
      assert.equal(planText(plan.root), "FETCH+filter > IXSCAN b_1 [6, 6]");
      assert.equal(plan.indexFilterSet, true);
    }
  }
});

Deno.test("queries of other shapes are free", () => {
  const collection = collectionWith({ a: 1, b: 1 }, { names: ["b_1"] });
  const plan = planQuery(collection, { filter: filterOf({ a: 5 }) });
  assert.equal(planText(plan.root), "FETCH > IXSCAN a_1 [5, 5]");
  assert.notEqual(plan.indexFilterSet, true);
});

Deno.test("a filter that allows no index there is leaves a collection scan", () => {
  const collection = collectionWith({ a: 1 }, { names: ["nothing"] });
  const plan = planQuery(collection, { filter: filterOf({ a: 5 }) });
  assert.equal(plan.root.stage, "COLLSCAN");
  assert.equal(plan.indexFilterSet, true);
});

Deno.test("filters are replaced, removed and cleared by shape", () => {
  const collection = collectionWith({ a: 1 }, { names: ["a_1"] });
  const filters = indexFiltersOf(collection);
  const [only] = filters.list();
  filters.set({ ...only, names: ["b_1"] });
  assert.deepEqual(filters.list().map(({ names }) => names), [["b_1"]]);
  assert.equal(filteredIndexes(collection, { filter: filterOf({ a: 2 }) })?.length, 1);
  filters.remove(only.shape);
  assert.equal(filteredIndexes(collection, { filter: filterOf({ a: 2 }) }), undefined);
  filters.set(only);
  assert.equal(filters.get(only.shape), only);
  filters.clear();
  assert.deepEqual(filters.list(), []);
});

import assert from "node:assert/strict";
import { intervalTexts } from "../../src/index/interval.ts";
import { planQuery } from "../../src/plan/choose.ts";
import { hashedBounds } from "../../src/plan/hashed_bounds.ts";
import { openPlan } from "../../src/plan/run.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, expressionOf, filterOf, planText } from "./fixture.ts";

const HASH_OF_1 = "5902408780260971510";

for (
  const [filter, expected] of [
    [{ a: 1 }, [HASH_OF_1]],
    [{ a: 1.5 }, [HASH_OF_1]],
    [{ a: { $in: [1, 1.2] } }, [HASH_OF_1]],
    [{ $or: [{ a: 1 }, { a: { $in: [1] } }] }, [HASH_OF_1]],
    [{ a: { $gt: 1 } }, undefined],
    [{ a: { $in: [1, /x/] } }, undefined],
    [{ a: [1] }, undefined],
    [{ a: { $exists: true } }, undefined],
    [{ a: { $ne: 1 } }, undefined],
  ] as const
) {
  Deno.test(`hashes for ${JSON.stringify(filter)}`, () => {
    const bounds = hashedBounds(expressionOf(filter), undefined);
    assert.deepEqual(
      bounds === undefined ? undefined : intervalTexts(bounds.intervals),
      expected?.map((hash) => `[${hash}, ${hash}]`),
    );
    assert.notEqual(bounds?.exact, true);
  });
}

const DOCUMENTS = [1, 1.5, 2, "x", null, { b: 1 }, true, "y"].flatMap((a, i) => [
  { _id: i, a, b: i % 3 },
  { _id: i + 100, a, b: i % 2 },
  { _id: i + 200, b: i },
]);

Deno.test("equality and $in go through a hashed index, ranges and sorts do not", async () => {
  const patterns = [{ a: "hashed", b: 1 }];
  await withCollection(DOCUMENTS, patterns, async (collection) => {
    const chosen = (filter: Record<string, unknown>, sort?: Record<string, unknown>) =>
      planQuery(collection, {
        filter: filterOf(filter),
        sort: sort === undefined ? undefined : parseSort(bson(sort)),
      });
    for (const a of [1, 1.5, "x", null, { b: 1 }, true]) {
      const plan = chosen({ a });
      assert.match(planText(plan.root), /^FETCH\+filter > IXSCAN a_hashed_b_1/);
      assert.equal(plan.summary, 'IXSCAN { a: "hashed", b: 1 }');
      const scan = planQuery({ indexes: [] }, { filter: filterOf({ a }) });
      const [given, wanted] = await Promise.all(
        [plan, scan].map((one) => documentsOf(openPlan(one, collection))),
      );
      const ids = (documents: typeof given) =>
        documents.map(({ _id }) => _id).sort((x, y) => x - y);
      assert.deepEqual(ids(given), ids(wanted), JSON.stringify(a));
    }
    const bounded = planText(chosen({ a: { $in: [1, "x"] }, b: { $gt: 0 } }).root);
    assert.match(bounded, /^FETCH\+filter > IXSCAN a_hashed_b_1 \[.*\] \[.*\] \| \(0, inf\.0\]$/);
    assert.match(planText(chosen({ a: { $gt: 1 } }).root), /^COLLSCAN/);
    assert.match(planText(chosen({}, { a: 1 }).root), /^SORT > COLLSCAN/);
    assert.match(planText(chosen({ a: 1 }, { b: 1 }).root), /^FETCH\+filter > IXSCAN/);
  });
});

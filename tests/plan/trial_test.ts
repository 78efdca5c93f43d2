import assert from "node:assert/strict";
import type { Document } from "bson";
import { CommandError } from "../../src/error.ts";
import { type ChosenPlan, planQuery, type QueryRequest } from "../../src/plan/choose.ts";
import { planCacheOf } from "../../src/plan/plan_cache.ts";
import { decidePlan, openChosen } from "../../src/plan/trial.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { Transaction } from "../../src/storage/transaction.ts";
import { EMPTY_BATCH } from "../../src/stream/batch.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, filterOf, planText } from "./fixture.ts";
import { withServer } from "../commands/harness.ts";

const INDEXES: readonly Document[] = [{ a: 1 }, { b: 1 }];

/** `a` has two values, `b` two thousand: b is the way, but both look alike to the rank. */
function skewed(count = 2000): Document[] {
  return Array.from({ length: count }, (_, i) => ({ _id: i, a: i % 2, b: i, c: i % 7 }));
}

function planOf(
  collection: Collection,
  filter: Document,
  rest: Omit<QueryRequest, "filter" | "sort"> & { sort?: Document } = {},
): ChosenPlan {
  const { sort, ...others } = rest;
  return planQuery(collection, {
    ...others,
    filter: filterOf(filter),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
  });
}

async function run(collection: Collection, plan: ChosenPlan): Promise<Document[]> {
  return await documentsOf(openChosen(plan, { collection }));
}

Deno.test("the trial finds the selective index that the rank puts second", async () => {
  await withCollection(skewed(), INDEXES, async (collection) => {
    const plan = planOf(collection, { a: 1, b: 777 });
    assert.equal(plan.summary, "IXSCAN { a: 1 }");
    const found = await run(collection, plan);
    assert.deepEqual(found.map((one) => one._id), [777]);
    assert.equal(plan.summary, "IXSCAN { b: 1 }");
    assert.deepEqual(plan.rejected.map(planText), ["FETCH+filter > IXSCAN a_1 [1, 1]"]);
  });
});

Deno.test("among candidates that end in their first step the one with the least work wins", async () => {
  const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: i, a: i % 5, b: i % 100 }));
  await withCollection(documents, INDEXES, async (collection) => {
    // None of b's 20 is one of a's 400.
    for (const [filter, count] of [[{ a: 1, b: 7 }, 0], [{ a: 2, b: 7 }, 20]] as const) {
      const plan = planOf(collection, filter);
      assert.equal(plan.summary, "IXSCAN { a: 1 }");
      const decided = await decidePlan(plan, collection, {});
      assert.equal(decided.summary, "IXSCAN { b: 1 }");
      assert.ok(decided.trials[0].score > decided.trials[1].score);
      assert.equal((await run(collection, plan)).length, count);
      assert.equal(plan.summary, "IXSCAN { b: 1 }");
    }
  });
});

Deno.test("one index, or a unique key fixed by single values, is not tried", async () => {
  await withCollection(skewed(10), INDEXES, (collection) => {
    assert.equal(planOf(collection, { a: 1 }).choice, undefined);
    assert.equal(planOf(collection, { _id: 5, a: 1 }).choice, undefined);
    assert.notEqual(planOf(collection, { _id: { $gt: 5 }, a: 1 }).choice, undefined);
  });
});

Deno.test("many results come once and in full, what was kept in the trial first", async () => {
  await withCollection(skewed(), INDEXES, async (collection) => {
    for (const filter of [{ a: 1, b: { $gte: 10 } }, { a: 0, b: { $lt: 900 }, c: 3 }]) {
      const found = await run(collection, planOf(collection, filter));
      const wanted = skewed().filter(({ a, b, c }) =>
        filter.a === a && (filter.c === undefined || c === filter.c) &&
        (filter.b.$gte === undefined ? b < filter.b.$lt! : b >= filter.b.$gte)
      );
      assert.deepEqual(new Set(found.map((one) => one._id)), new Set(wanted.map((one) => one._id)));
      assert.equal(found.length, wanted.length);
    }
  });
});

Deno.test("order, skip and limit hold whatever plan wins", async () => {
  await withCollection(skewed(), INDEXES, async (collection) => {
    for (const sort of [{ b: 1 }, { b: -1 }, { c: 1, b: -1 }]) {
      for (const [skip, limit] of [[0, 0], [3, 5], [0, 1], [0, 300]]) {
        const plan = planOf(collection, { a: 1, b: { $gt: 100 } }, { sort, skip, limit });
        const found = await run(collection, plan);
        const [first, second] = Object.entries(sort) as ["b" | "c", number][];
        const wanted = skewed().filter(({ a, b }) => a === 1 && b > 100).sort((x, y) =>
          (x[first[0]] - y[first[0]]) * first[1] ||
          (second === undefined ? 0 : (x[second[0]] - y[second[0]]) * second[1])
        ).slice(skip, limit === 0 ? undefined : skip + limit);
        assert.deepEqual(found.map((one) => one._id), wanted.map((one) => one._id));
      }
    }
  });
});

Deno.test("a sorted plan without results loses against a sort of few", async () => {
  const documents = Array.from({ length: 3000 }, (_, i) => ({ _id: i, a: i < 2995 ? 0 : 1, b: i }));
  await withCollection(documents, INDEXES, async (collection) => {
    const plan = planOf(collection, { a: 1, b: { $gt: -1 } }, { sort: { b: 1 }, limit: 5 });
    assert.deepEqual((await run(collection, plan)).map((one) => one.b), [
      2995,
      2996,
      2997,
      2998,
      2999,
    ]);
    assert.equal(plan.summary, "IXSCAN { a: 1 }");
  });
});

Deno.test("the union of an $or competes with an index for the other conjuncts", async () => {
  const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: i, a: i, b: i, c: i % 2 }));
  await withCollection(documents, [{ a: 1 }, { b: 1 }, { c: 1 }], async (collection) => {
    const plan = planOf(collection, { $or: [{ a: 5 }, { b: 7 }], c: 1 });
    const found = await run(collection, plan);
    assert.deepEqual(found.map((one) => one._id).sort(), [5, 7]);
    assert.equal(plan.summary, "IXSCAN { a: 1 }, IXSCAN { b: 1 }");
  });
});

Deno.test("between two steps the stream hands back an empty batch; closing it in the middle is enough", async () => {
  await withCollection(skewed(), INDEXES, (collection) => {
    const stream = openChosen(planOf(collection, { a: 1, b: 777 }), { collection });
    assert.equal(stream.next(), EMPTY_BATCH);
    stream.close();
    assert.equal(stream.next(), null);
    stream.close();
  });
});

Deno.test("RecordIds stay beside documents that were kept", async () => {
  await withCollection(skewed(600), INDEXES, async (collection) => {
    const stream = openChosen(
      planOf(collection, { a: 1, b: { $gt: 10 }, c: 3 }, { sort: { c: 1 } }),
      { collection, keepRecordIds: true },
    );
    for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
      for (let i = 0; i < batch.count; i++) {
        const stored = collection.get(undefined, batch.recordIds![i]);
        assert.deepEqual(batch.copyDocument(i), stored);
      }
    }
    stream.close();
  });
});

Deno.test("a trial sees what its transaction wrote", async () => {
  await withCollection(skewed(300), INDEXES, async (collection, engine) => {
    const transaction: Transaction = engine.begin();
    engine.runIn(
      transaction,
      () => collection.insert(transaction, bson({ _id: 9000, a: 1, b: 9000 })),
    );
    const plan = planOf(collection, { a: 1, b: { $gte: 299 } });
    const inside = await documentsOf(openChosen(plan, { collection, transaction }));
    assert.deepEqual(inside.map((one) => one._id), [299, 9000]);
    transaction.rollback();
    const outside = await run(collection, planOf(collection, { a: 1, b: { $gte: 299 } }));
    assert.deepEqual(outside.map((one) => one._id), [299]);
  });
});

Deno.test("a shape is remembered, used at the third query, and replanned when it does badly", async () => {
  await withCollection(skewed(), INDEXES, async (collection, engine) => {
    const cache = planCacheOf(collection);
    const ask = (b: number): ChosenPlan => planOf(collection, { a: 1, b: { $gte: b, $lt: b + 3 } });
    await run(collection, ask(500));
    assert.deepEqual(cache.entries().map((one) => [one.winner, one.isActive]), [["b_1", false]]);
    await run(collection, ask(700));
    assert.deepEqual(cache.entries().map((one) => [one.winner, one.isActive]), [["b_1", true]]);
    const cached = ask(800);
    assert.notEqual(cached.choice!.cached, undefined);
    assert.equal(cached.summary, "IXSCAN { b: 1 }");
    assert.deepEqual((await run(collection, cached)).map((one) => one._id), [801]);
    assert.equal(engine.store.planner.planCache.hits, 1);
    // Now b is all the same and a tells documents apart.
    engine.run((transaction) => {
      for (let i = 0; i < 3000; i++) {
        collection.insert(transaction, bson({ _id: 5000 + i, a: 1000 + i, b: 5000 }));
      }
    });
    const other = planOf(collection, { a: 2000, b: { $gte: 5000, $lt: 5003 } });
    assert.equal(other.summary, "IXSCAN { b: 1 }");
    assert.equal((await run(collection, other)).length, 1);
    assert.equal(other.summary, "IXSCAN { a: 1 }");
    assert.equal(engine.store.planner.planCache.replanned, 1);
  });
});

Deno.test("decidePlan tells how each did and leaves the cache alone", async () => {
  await withCollection(skewed(), INDEXES, async (collection) => {
    let pauses = 0;
    const decided = await decidePlan(planOf(collection, { a: 1, b: 777 }), collection, {
      pause: () => {
        pauses++;
        return undefined;
      },
    });
    assert.ok(pauses > 0);
    assert.equal(decided.summary, "IXSCAN { b: 1 }");
    assert.equal(decided.choice, undefined);
    assert.deepEqual(decided.rejected.map(planText), ["FETCH+filter > IXSCAN a_1 [1, 1]"]);
    assert.equal(decided.trials.length, 2);
    assert.ok(decided.trials[0].score > decided.trials[1].score);
    assert.equal(decided.trials[0].root.statistics.advanced, 1);
    assert.equal(decided.root.statistics.advanced, 0);
    assert.equal(decided.isCached, false);
    assert.equal(planCacheOf(collection).size, 0);
    assert.deepEqual((await run(collection, decided)).map((one) => one._id), [777]);
  });
});

Deno.test("decidePlan of a single plan is that plan", async () => {
  await withCollection(skewed(10), INDEXES, async (collection) => {
    const decided = await decidePlan(planOf(collection, { a: 1 }), collection, {});
    assert.equal(decided.summary, "IXSCAN { a: 1 }");
    assert.deepEqual(decided.trials, []);
  });
});

Deno.test("decidePlan knows what the cache would use", async () => {
  await withCollection(skewed(), INDEXES, async (collection) => {
    for (let i = 0; i < 2; i++) await run(collection, planOf(collection, { a: 1, b: 777 }));
    const decided = await decidePlan(planOf(collection, { a: 1, b: 777 }), collection, {});
    assert.equal(decided.isCached, true);
  });
});

Deno.test("an error between slices ends the trial and closes everything", async () => {
  await withCollection(skewed(), INDEXES, async (collection) => {
    await assert.rejects(
      decidePlan(planOf(collection, { a: 1, b: 777 }), collection, {
        pause: () => {
          throw new CommandError(50, "operation exceeded time limit");
        },
      }),
      { code: 50 },
    );
  });
});

Deno.test("a hinted wildcard index is tried once for each of its paths", async () => {
  const documents = Array.from({ length: 1500 }, (_, i) => ({ _id: i, a: i % 2, b: i }));
  await withCollection(documents, [{ "$**": 1 }], async (collection) => {
    const hint = { index: collection.indexes[1] };
    const plan = planOf(collection, { a: 1, b: 777 }, { hint });
    assert.equal(plan.choice!.candidates.length, 2);
    assert.equal(plan.choice!.place, undefined);
    assert.deepEqual((await run(collection, plan)).map((one) => one._id), [777]);
    assert.equal(plan.summary, "IXSCAN { $_path: 1, b: 1 }");
  });
});

/** Neither index leads to a result, and each look costs: a trial of its 10,000 works takes long. */
const SLOW_FILTER = {
  a: 1,
  b: 1,
  $expr: {
    $lt: [{ $sum: { $map: { input: { $range: [0, { $add: [300, "$a"] }] }, in: "$$this" } } }, 0],
  },
};

Deno.test("maxTimeMS and killOp end a trial", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 20_000 }, (_, i) => ({ _id: i, a: i % 2, b: i % 2 }));
    const indexes = [{ key: { a: 1 }, name: "a_1" }, { key: { b: 1 }, name: "b_1" }];
    await harness.check("t", [
      [{ insert: "c", documents }, {}],
      [{ createIndexes: "c", indexes }, {}],
      [{ find: "c", filter: SLOW_FILTER, maxTimeMS: 20 }, [50, /time limit/]],
    ]);
    const admin = harness.client.db("admin");
    const slow = harness.client.db("t").collection("c").find(SLOW_FILTER as Document).toArray();
    const failed = assert.rejects(slow, { code: 11601 });
    for (;;) {
      const { inprog } = await admin.command({ currentOp: 1, "command.find": "c" });
      if (inprog.length === 0) continue;
      await admin.command({ killOp: 1, op: inprog[0].opid });
      break;
    }
    await failed;
    assert.equal((await harness.command("t", { count: "c" })).n, 20_000);
  });
});

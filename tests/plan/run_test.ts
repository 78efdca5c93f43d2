import assert from "node:assert/strict";
import { planQuery } from "../../src/plan/choose.ts";
import { allNodes } from "../../src/plan/node.ts";
import { openPlan, runPlan } from "../../src/plan/run.ts";
import { parseCollation } from "../../src/bson/collation.ts";
import { compileQuery } from "../../src/query/filter.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, filterOf, planText } from "./fixture.ts";

const DOCUMENTS = Array.from({ length: 300 }, (_, i) => ({
  _id: i,
  a: i % 10,
  b: (i * 7) % 300,
  tags: [i % 3, i % 5],
}));
const PATTERNS = [{ a: 1, b: 1 }, { tags: 1 }];

interface Asked {
  readonly filter?: Record<string, unknown>;
  readonly sort?: Record<string, unknown>;
  readonly skip?: number;
  readonly limit?: number;
}

async function ids(collection: Collection, { filter, sort, ...rest }: Asked): Promise<number[]> {
  const plan = planQuery(collection, {
    ...rest,
    filter: filterOf(filter ?? {}),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
  });
  return (await documentsOf(openPlan(plan, collection))).map(({ _id }) => _id);
}

const expected = (keep: (one: typeof DOCUMENTS[0]) => boolean): typeof DOCUMENTS =>
  DOCUMENTS.filter(keep);

Deno.test("plans of every shape give the right documents", async () => {
  await withCollection(DOCUMENTS, PATTERNS, async (collection) => {
    assert.deepEqual(await ids(collection, { filter: { _id: 7 } }), [7]);
    assert.deepEqual(await ids(collection, { filter: { _id: 700 } }), []);
    assert.equal((await ids(collection, {})).length, 300);
    const byB = expected((one) => one.a === 3 && one.b > 100).sort((x, y) => x.b - y.b);
    const filter = { a: 3, b: { $gt: 100 } };
    assert.deepEqual(await ids(collection, { filter }), byB.map(({ _id }) => _id));
    assert.deepEqual(
      await ids(collection, { filter, sort: { b: -1 }, skip: 2, limit: 3 }),
      byB.reverse().slice(2, 5).map(({ _id }) => _id),
    );
    const merged = expected((one) => one.a < 2).sort((x, y) => x.b - y.b).map(({ _id }) => _id);
    const inFilter = { a: { $in: [0, 1] } };
    assert.deepEqual(await ids(collection, { filter: inFilter, sort: { b: 1 } }), merged);
    const united = expected((one) => one.a === 3 || one.tags.includes(4)).map(({ _id }) => _id);
    const either = await ids(collection, { filter: { $or: [{ a: 3 }, { tags: 4 }] } });
    assert.deepEqual(either.sort((x, y) => x - y), united);
    const sorted = await ids(collection, { sort: { b: 1 }, limit: 5 });
    assert.deepEqual(sorted.map((id) => DOCUMENTS[id].b), [0, 1, 2, 3, 4]);
  });
});

Deno.test("RecordIds stay beside the documents through a sort and an $or", async () => {
  await withCollection(DOCUMENTS, PATTERNS, (collection) => {
    for (const asked of [{ sort: { c: 1 } }, { filter: { $or: [{ a: 3 }, { tags: 4 }] } }]) {
      const { filter, sort } = asked as Asked;
      const plan = planQuery(collection, {
        filter: filterOf(filter ?? {}),
        sort: sort === undefined ? undefined : parseSort(bson(sort)),
      });
      const stream = openPlan(plan, collection);
      for (let batch = stream.next(); batch !== null; batch = stream.next()) {
        assert.ok(!(batch instanceof Promise));
        for (let i = 0; i < batch.count; i++) {
          const found: Uint8Array = collection.get(undefined, batch.recordIds![i])!;
          assert.deepEqual(found, batch.copyDocument(i), planText(plan.root));
        }
      }
      stream.close();
    }
  });
});

Deno.test("scans count what they look at", async () => {
  await withCollection(DOCUMENTS, PATTERNS, async (collection) => {
    const plan = planQuery(collection, { filter: filterOf({ a: 3, c: 1 }) });
    await documentsOf(runPlan(plan.root, { collection, counting: true }));
    const counts = [...allNodes(plan.root)].map((
      { stage, statistics },
    ) => [
      stage,
      statistics.keysExamined,
      statistics.docsExamined,
      statistics.advanced,
      statistics.isEof,
    ]);
    assert.deepEqual(counts, [["FETCH", 0, 30, 0, true], ["IXSCAN", 30, 0, 30, true]]);
  });
});

Deno.test("a limit reads no more index entries than it needs", async () => {
  await withCollection(DOCUMENTS, PATTERNS, (collection) => {
    const plan = planQuery(collection, { filter: filterOf({ a: 3 }), limit: 1 });
    const stream = runPlan(plan.root, { collection });
    stream.expect?.(1);
    stream.next();
    stream.close();
    const scan = [...allNodes(plan.root)].find((node) => node.stage === "IXSCAN")!;
    assert.equal(scan.statistics.keysExamined, 1);
  });
});

// Words, case and accents that collations see differently, arrays, and what is no string.
const WORDS = [
  ...["a", "A", "á", "ab", "B", "b", "Ä", "z", "Z", "ss", "ß", "a2", "a10", "", "-a", "漢"],
  ...[5, null, ["A", "z"], ["b"], { b: "A" }, { b: "a" }, [["a"]]],
];

Deno.test("7.68 an index with a collation gives what a scan of the collection gives", async () => {
  const documents = WORDS.flatMap((a, i) => [{ _id: i, a, b: i % 3 }, { _id: i + 100, b: i, a }]);
  const specs = [
    { locale: "en" },
    { locale: "en", strength: 1 },
    { locale: "sv", strength: 2 },
    { locale: "en", numericOrdering: true },
  ];
  await withCollection(documents, [], async (collection, engine) => {
    for (const spec of specs) {
      const collation = parseCollation(bson(spec))!;
      const name = JSON.stringify(spec);
      await engine.indexes.create("t.c", [bson({ key: { a: -1, b: 1 }, name, collation: spec })]);
      const index = collection.index(name)!;
      const conditions = WORDS.flatMap((a) => [
        { $eq: a },
        { $gt: a },
        { $gte: a },
        { $lt: a },
        { $lte: a, $gte: "a" },
        { $in: [a, "b", 5] },
        { $ne: a },
        { $not: { $gt: a } },
        { $elemMatch: { $gte: a } },
      ]);
      conditions.push({ $regex: "^a" } as never, { $exists: true } as never, { $type: 2 } as never);
      for (const a of conditions) {
        for (const more of [{}, { b: { $gt: 1 } }]) {
          const filter = compileQuery(bson({ a, ...more }), { now: 0n, collation });
          const request = { filter, collation, sort: parseSort(bson({ b: 1, a: 1, _id: 1 })) };
          const scan = planQuery({ indexes: [] }, request);
          const hinted = planQuery(collection, { ...request, hint: { index } });
          const [wanted, given] = await Promise.all(
            [scan, hinted].map((plan) => documentsOf(openPlan(plan, collection, { collation }))),
          );
          assert.deepEqual(
            given.map(({ _id }) => _id),
            wanted.map(({ _id }) => _id),
            `${name} ${JSON.stringify({ a, ...more })}`,
          );
        }
      }
    }
  });
});

Deno.test("a query of another collation takes no strings from the index", async () => {
  await withCollection(WORDS.map((a, _id) => ({ _id, a })), [], async (collection, engine) => {
    const spec = { locale: "en", strength: 1 };
    await engine.indexes.create("t.c", [bson({ key: { a: 1 }, name: "a_1", collation: spec })]);
    const simple = planQuery(collection, { filter: filterOf({ a: "a" }) });
    assert.match(planText(simple.root), /^COLLSCAN/);
    assert.deepEqual((await documentsOf(openPlan(simple, collection))).map(({ a }) => a), ["a"]);
    const collation = parseCollation(bson(spec))!;
    const filter = compileQuery(bson({ a: "a" }), { now: 0n, collation });
    const collated = planQuery(collection, { filter, collation });
    assert.match(planText(collated.root), /^FETCH\+filter > IXSCAN a_1 \[CollationKey\(0x/);
    const stream = openPlan(collated, collection, { collation });
    assert.deepEqual((await documentsOf(stream)).map(({ a }) => a), ["a", "A", "á", "Ä", [
      "A",
      "z",
    ]]);
  });
});

import assert from "node:assert/strict";
import type { Document } from "bson";
import { planQuery } from "../../src/plan/choose.ts";
import { allNodes } from "../../src/plan/node.ts";
import { openPlan } from "../../src/plan/run.ts";
import { type PlannerIndex } from "../../src/plan/planner_index.ts";
import { serialize } from "../../src/query/serialize.ts";
import { documentText } from "../../src/bson/json.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, filterOf, index, type IndexOptions, plan, planText } from "./fixture.ts";

function typed(pattern: Record<string, 1 | -1>, options: IndexOptions = {}): PlannerIndex {
  return { ...index(pattern, options), keepsTypes: true };
}

/** The filters of the plan's scans and of its FETCH. */
function filters(indexes: readonly PlannerIndex[], filter: Document, sort?: Document): string {
  const { root } = plan(indexes, sort === undefined ? { filter } : { filter, sort });
  const shown: string[] = [];
  for (const node of allNodes(root)) {
    if (node.stage !== "FETCH" && node.stage !== "IXSCAN") continue;
    const own = node.filter === undefined ? "" : documentText(serialize(node.filter.expression));
    shown.push(`${node.stage === "FETCH" ? "fetch" : "keys"} ${own}`.trimEnd());
  }
  return shown.join(", ");
}

const AB = [typed({ a: 1, b: 1 })];

for (
  const [name, indexes, filter, expected] of [
    ["a pattern", AB, { a: 1, b: /x/ }, 'fetch, keys { b: { $regex: "x" } }'],
    ["$mod", AB, { a: 1, b: { $mod: [2, 0] } }, "fetch, keys { b: { $mod: [ 2, 0 ] } }"],
    ["$size", AB, { a: 1, b: { $size: 2 } }, "fetch, keys { b: { $size: 2 } }"],
    [
      "a negated pattern, and a field beside",
      AB,
      { a: 1, b: { $not: /^x/i }, c: 3 },
      'fetch { c: { $eq: 3 } }, keys { b: { $not: { $regex: "^x", $options: "i" } } }',
    ],
    [
      "an $or of fields of the index",
      AB,
      { a: { $gt: 0 }, $or: [{ a: 3 }, { b: { $gt: 1 } }] },
      "fetch, keys { $or: [ { a: { $eq: 3 } }, { b: { $gt: 1 } } ] }",
    ],
    [
      "an $or that reads another field",
      AB,
      { a: { $gt: 0 }, $or: [{ a: 3 }, { c: 1 }] },
      "fetch { $or: [ { a: { $eq: 3 } }, { c: { $eq: 1 } } ] }, keys",
    ],
    [
      "null",
      AB,
      { a: { $gt: 0 }, $or: [{ a: 3 }, { b: null }] },
      "fetch { $or: [ { a: { $eq: 3 } }, { b: { $eq: null } } ] }, keys",
    ],
    ["$exists", AB, { a: 1, b: { $exists: true } }, "fetch { b: { $exists: true } }, keys"],
    [
      "an array path",
      [typed({ a: 1, b: 1 }, { multikey: [0, 1] })],
      { a: 1, b: /x/ },
      'fetch { b: { $regex: "x" } }, keys',
    ],
    [
      "an array path that is not read",
      [typed({ a: 1, b: 1 }, { multikey: [1, 0] })],
      { a: 1, b: /x/ },
      'fetch, keys { b: { $regex: "x" } }',
    ],
    [
      "keys that lost their types",
      [index({ a: 1, b: 1 })],
      { a: 1, b: /x/ },
      'fetch { b: { $regex: "x" } }, keys',
    ],
  ] as const
) {
  Deno.test(`filter on keys: ${name}`, () => {
    assert.equal(filters(indexes, filter), expected);
  });
}

Deno.test("merged scans and the branches of an $or test their keys too", () => {
  const merged = plan([typed({ a: 1, b: 1 })], {
    filter: { a: { $in: [1, 2] }, b: /x/ },
    sort: { b: 1 },
  });
  assert.equal(
    planText(merged.root),
    "FETCH > SORT_MERGE > (" +
      'IXSCAN+filter a_1_b_1 [1, 1] | ["", {}) [/x/, /x/]; ' +
      'IXSCAN+filter a_1_b_1 [2, 2] | ["", {}) [/x/, /x/])',
  );
  const either = plan([typed({ a: 1 }), typed({ b: 1 })], {
    filter: { $or: [{ a: /x/ }, { b: 1 }] },
  });
  assert.equal(
    planText(either.root),
    'FETCH > OR > (IXSCAN+filter a_1 ["", {}) [/x/, /x/]; IXSCAN b_1 [1, 1])',
  );
});

const DOCUMENTS = Array.from({ length: 300 }, (_, i) => ({
  _id: i,
  a: i % 3,
  // Of an array-like object with a double the key cannot tell the type.
  s: i % 10 === 0 ? { x: 1.5, y: i } : `s${i % 7}`,
}));

async function run(filter: Document, sort?: Document) {
  let ids: number[] = [];
  let examined = { keys: 0, fetched: 0, byKeys: 0 };
  await withCollection(DOCUMENTS, [{ a: 1, s: 1 }], async (collection) => {
    const chosen = planQuery(collection, {
      filter: filterOf(filter),
      sort: sort === undefined ? undefined : parseSort(bson(sort)),
    });
    ids = (await documentsOf(openPlan(chosen, collection))).map(({ _id }) => _id);
    for (const { stage, statistics } of allNodes(chosen.root)) {
      const { docsExamined, keysExamined } = statistics;
      if (stage === "FETCH") examined = { ...examined, fetched: docsExamined };
      if (stage === "IXSCAN") {
        examined = { ...examined, keys: keysExamined, byKeys: docsExamined };
      }
    }
  });
  return { ids: ids.sort((x, y) => x - y), examined };
}

Deno.test("only documents of matching entries are fetched", async () => {
  const expected = DOCUMENTS.filter(({ a, s }) => a === 1 && s === "s3").map(({ _id }) => _id);
  const { ids, examined } = await run({ a: 1, s: /3$/ });
  assert.deepEqual(ids, expected);
  assert.deepEqual(examined, { keys: 90, fetched: expected.length, byKeys: 0 });
});

Deno.test("the scan goes on over stretches where nothing matches", async () => {
  const { ids, examined } = await run({ a: { $gte: 0 }, s: /^nothing/i });
  assert.deepEqual(ids, []);
  assert.equal(examined.fetched, 0);
});

Deno.test("an array that came after planning is seen", async () => {
  await withCollection(DOCUMENTS, [{ a: 1, s: 1 }], async (collection, engine) => {
    const chosen = planQuery(collection, { filter: filterOf({ a: 1, s: /3$/ }) });
    const before = bson(DOCUMENTS[4]);
    engine.run((transaction) => {
      const { recordId } = collection.findById(transaction, { bytes: before, type: 16, at: 9 })!;
      collection.update(transaction, recordId, before, bson({ _id: 4, a: 1, s: ["s1", "x3"] }));
    });
    const found = (await documentsOf(openPlan(chosen, collection))).map(({ _id }) => _id);
    assert.ok(found.includes(4));
    assert.equal(new Set(found).size, found.length);
  });
});

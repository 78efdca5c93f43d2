import assert from "node:assert/strict";
import type { Document } from "bson";
import { planQuery } from "../../src/plan/choose.ts";
import { openPlan } from "../../src/plan/run.ts";
import {
  expandWildcard,
  isServed,
  pathIntervals,
  wildcardPlace,
} from "../../src/plan/wildcard_index.ts";
import { ALL_VALUES, intervalTexts, pointInterval } from "../../src/index/interval.ts";
import { WildcardPaths } from "../../src/index/wildcard_paths.ts";
import { collectPredicates, conjunctsOf } from "../../src/plan/predicates.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { encodeValue } from "../../src/bson/encode.ts";
import { freshSeed, Random } from "../fuzz/generate.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, expressionOf, filterOf, planText } from "./fixture.ts";

const SERVED: ReadonlyArray<readonly [Document, boolean]> = [
  [{ a: 5 }, true],
  [{ a: { $gt: "x" } }, true],
  [{ a: { $in: [1, "x"] } }, true],
  [{ a: /^x/ }, true],
  [{ a: { $exists: true } }, true],
  [{ "a.b": 5 }, true],
  [{ a: { $elemMatch: { b: 1 } } }, true],
  [{ a: { $elemMatch: { $gt: 1 } } }, false],
  [{ a: null }, false],
  [{ a: { $in: [1, null] } }, false],
  [{ a: { b: 1 } }, false],
  [{ a: [1] }, false],
  [{ a: { $ne: 1 } }, false],
  [{ a: { $exists: false } }, false],
  [{ "a.0": 5 }, false],
  [{ _id: 5 }, false],
];

for (const [filter, expected] of SERVED) {
  Deno.test(`${JSON.stringify(filter)} is served by a wildcard index: ${expected}`, () => {
    const [predicate] = collectPredicates(conjunctsOf(expressionOf(filter)));
    assert.equal(isServed(predicate, new WildcardPaths("$**")), expected);
  });
}

Deno.test("pathIntervals: a value lies at the path, existence also below it", () => {
  assert.deepEqual(intervalTexts(pathIntervals("a", [pointInterval(encodeValue(1))])), [
    '["a", "a"]',
  ]);
  assert.deepEqual(intervalTexts(pathIntervals("a", ALL_VALUES)), ['["a", "a"]', '["a.", "a/")']);
});

Deno.test("plans over wildcard indexes", async () => {
  await withCollection([{ _id: 1, a: { b: 1 }, c: [1] }], [{ "$**": 1 }], (collection) => {
    const text = (filter: Document, sort?: Document) =>
      planText(
        planQuery(collection, {
          filter: filterOf(filter),
          sort: sort === undefined ? undefined : parseSort(bson(sort)),
        }).root,
      );
    assert.equal(text({ "a.b": 5 }), 'FETCH+filter > IXSCAN $**_1 ["a.b", "a.b"] | [5, 5]');
    assert.equal(
      text({ a: { $exists: true } }),
      'FETCH+filter > IXSCAN $**_1 ["a", "a"] ["a.", "a/") | [MinKey, MaxKey]',
    );
    assert.equal(text({ a: { $gt: 5 } }), 'FETCH+filter > IXSCAN $**_1 ["a", "a"] | (5, inf.0]');
    assert.equal(text({ a: null }), "COLLSCAN");
    assert.equal(text({}, { a: 1 }), "SORT > COLLSCAN");
    const index = collection.index("$**_1")!;
    assert.equal(wildcardPlace(index), 0);
    const predicates = collectPredicates(conjunctsOf(expressionOf({ a: 1, b: 2, c: null })));
    assert.deepEqual(
      expandWildcard(index, 0, predicates).map(({ parts }) => parts.map(({ path }) => path)),
      [["$_path", "a"], ["$_path", "b"]],
    );
    const { summary } = planQuery(collection, { filter: filterOf({ a: 1 }) });
    assert.equal(summary, "IXSCAN { $_path: 1, a: 1 }");
  });
});

const VALUES: readonly unknown[] = [
  ...[1, 2, "x", "xy", null, true, {}, [], [1], [[1]], [1, "x"], { b: 1 }, { b: [1, 2] }],
  ...[[{ b: 1 }, { b: "x" }], { b: { c: 1 } }, [{ b: { c: [1] } }], [{ c: 1 }, 2], [[{ b: 1 }]]],
];
const PATHS = ["a", "d", "a.b", "a.b.c", "d.b", "a.0", "t"];

function condition(random: Random): unknown {
  const value = random.pick(VALUES);
  switch (random.below(9)) {
    case 0:
      return { $gt: value };
    case 1:
      return { $lte: value };
    case 2:
      return { $in: [value, random.pick(VALUES)] };
    case 3:
      return { $exists: random.chance(0.7) };
    case 4:
      return { $regex: "^x" };
    case 5:
      return { $elemMatch: { b: value } };
    case 6:
      return { $elemMatch: { $gte: 1 } };
    default:
      return { $eq: value };
  }
}

const ASKED: readonly Document[] = [
  { "$**": 1 },
  { "a.$**": -1 },
  { t: 1, "a.$**": 1 },
];

for (const pattern of ASKED) {
  Deno.test(`fuzz: ${JSON.stringify(pattern)} gives what a scan of the collection gives`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const documents = Array.from({ length: 120 }, (_, _id) => ({
      _id,
      ...(random.chance(0.8) ? { a: random.pick(VALUES) } : {}),
      ...(random.chance(0.5) ? { d: random.pick(VALUES) } : {}),
      t: random.chance(0.2) ? [1, 2] : random.below(3),
    }));
    await withCollection(documents, [pattern], async (collection) => {
      const [, index] = collection.indexes;
      let used = 0;
      for (let i = 0; i < 250; i++) {
        const filter: Document = { [random.pick(PATHS)]: condition(random) };
        filter[random.pick(PATHS)] = condition(random);
        if ("t" in pattern) filter.t = random.below(3);
        const request = { filter: filterOf(filter), sort: parseSort(bson({ _id: 1 })) };
        const plan = planQuery({ indexes: [index] }, request);
        if (!planText(plan.root).includes("IXSCAN")) continue;
        used++;
        const scan = planQuery({ indexes: [] }, request);
        const [given, wanted] = await Promise.all(
          [plan, scan].map((one) => documentsOf(openPlan(one, collection))),
        );
        assert.deepEqual(
          given.map(({ _id }) => _id),
          wanted.map(({ _id }) => _id),
          `seed ${seed}: ${JSON.stringify(filter)} ${planText(plan.root)}`,
        );
      }
      assert.ok(used > 10, `seed ${seed}: ${used}`);
    });
  });
}

import assert from "node:assert/strict";
import { planQuery } from "../../src/plan/choose.ts";
import { countScanOf, CountScanStream } from "../../src/plan/count_stream.ts";
import { withCollection } from "./collection.ts";
import { filterOf } from "./fixture.ts";

const DOCUMENTS = Array.from({ length: 5000 }, (_, i) => ({ _id: i, a: i % 10, t: [i % 3, 7] }));

Deno.test("COUNT_SCAN counts entries, each document of a multikey index once", async () => {
  await withCollection(DOCUMENTS, [{ a: 1 }, { t: 1 }], (collection) => {
    for (
      const [filter, limit, expected] of [
        [{ a: { $lt: 3 } }, Infinity, 1500],
        [{ t: { $gte: 0 } }, Infinity, 5000],
        [{ a: { $in: [1, 2, 99] } }, Infinity, 1000],
      ] as const
    ) {
      const node = countScanOf(planQuery(collection, { filter: filterOf(filter) }).root)!;
      const stream = new CountScanStream(node, collection, { limit });
      while (stream.next() !== null);
      stream.close();
      assert.equal(stream.count, expected, JSON.stringify(filter));
    }
  });
});

Deno.test("COUNT_SCAN stops soon after its limit", async () => {
  await withCollection(DOCUMENTS, [{ a: 1 }], (collection) => {
    const node = countScanOf(planQuery(collection, { filter: filterOf({ a: { $gte: 0 } }) }).root)!;
    const stream = new CountScanStream(node, collection, { limit: 10 });
    while (stream.next() !== null);
    stream.close();
    assert.ok(stream.count >= 10 && stream.count < 5000);
  });
});

Deno.test("what needs documents is not a COUNT_SCAN", async () => {
  await withCollection([], [{ a: 1 }], (collection) => {
    for (const filter of [{}, { a: 1, b: 1 }, { a: { $exists: true } }]) {
      const { root } = planQuery(collection, { filter: filterOf(filter) });
      assert.equal(countScanOf(root), undefined, JSON.stringify(filter));
    }
  });
});

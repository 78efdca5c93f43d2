import assert from "node:assert/strict";
import type { Document } from "bson";
import { ALL_VALUES } from "../../src/index/interval.ts";
import { FirstOfKeyStream } from "../../src/plan/first_of_key.ts";
import { type DistinctScanNode, newStatistics } from "../../src/plan/node.ts";
import { documentsOf, withCollection } from "./collection.ts";

Deno.test("one document of each value, forward and backward, most keys passed over", async () => {
  const values: unknown[] = [null, 1, 1.5, "a", "a\u00ff", "ab", { x: 1 }, true];
  const documents: Document[] = [{ _id: -1, b: -1 }];
  for (let b = 0; b < 2000; b++) {
    values.forEach((a, i) => documents.push({ _id: b * 10 + i, a, b }));
  }
  await withCollection(documents, [{ a: 1, b: 1 }], async (collection) => {
    for (const forward of [true, false]) {
      const node: DistinctScanNode = {
        stage: "DISTINCT_SCAN",
        forward,
        index: collection.indexes[1],
        bounds: [{ path: "a", descending: false, intervals: ALL_VALUES }],
        ranges: [{ low: new Uint8Array(0), high: Uint8Array.of(0xff) }],
        statistics: newStatistics(),
      };
      const found = await documentsOf(new FirstOfKeyStream(node, collection));
      const b = forward ? 0 : 1999;
      const expected = values.map((a, i) =>
        a === null && forward ? { _id: -1, b: -1 } : { _id: b * 10 + i, a, b }
      );
      expected.sort((one, other) => rank(values, one) - rank(values, other));
      assert.deepEqual(found, forward ? expected : expected.reverse());
      assert.ok(node.statistics.keysExamined < 4_000, `${node.statistics.keysExamined}`);
      assert.ok(node.statistics.seeks > 0);
    }
  });
});

function rank(values: readonly unknown[], document: Document): number {
  const name = document.a === "a\u00ff" ? "ab" : document.a === "ab" ? "a\u00ff" : document.a;
  return document.a === undefined ? 0 : values.indexOf(name);
}

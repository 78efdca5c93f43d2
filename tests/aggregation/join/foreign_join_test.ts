import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import type { PipelineContext } from "../../../src/aggregation/definition.ts";
import { CatalogSources } from "../../../src/aggregation/run_pipeline.ts";
import { DocumentList } from "../../../src/aggregation/join/document_list.ts";
import { ForeignJoin, type ForeignSide } from "../../../src/aggregation/join/foreign_join.ts";
import { encodeValue } from "../../../src/bson/encode.ts";
import type { BsonValue } from "../../../src/bson/value.ts";
import type { StorageEngine } from "../../../src/storage/engine.ts";
import { withCollection } from "../../plan/collection.ts";
import { contextOf } from "../fixture.ts";

const DOCUMENTS: Document[] = [
  ...Array.from({ length: 300 }, (_, i) => ({ _id: i, k: i % 100, pad: "x".repeat(100) })),
  { _id: 300, k: [1, 2] },
  { _id: 301, k: null },
  { _id: 302 },
];

function contextWith(engine: StorageEngine): PipelineContext {
  return { ...contextOf(), sources: new CatalogSources(engine.catalog) };
}

/** The ids found for the values, and how: at once, or by a scan. */
async function find(
  engine: StorageEngine,
  side: Partial<ForeignSide>,
  values: readonly BsonValue[],
): Promise<{ ids: number[]; isDirect: boolean }> {
  const join = new ForeignJoin({ namespace: "t.c", field: "k", ...side }, contextWith(engine));
  let steps = 0;
  for await (const _ of join.prepare(1)) steps++;
  const found = new DocumentList();
  const raw = values.map(encodeValue);
  const { isDirect } = join;
  if (isDirect) join.find(raw, found);
  else for await (const _ of join.scan(raw, found)) steps++;
  join.close();
  const ids: number[] = [];
  for (let i = 0; i < found.count; i++) ids.push(BSON.deserialize(found.view(i))._id);
  return { ids: ids.sort((a, b) => a - b), isDirect };
}

const EXPECTED: readonly (readonly [values: readonly BsonValue[], ids: readonly number[]])[] = [
  [[7], [7, 107, 207]],
  [[1], [1, 101, 201, 300]],
  [[null], [301, 302]],
  [[1, 2, 2], [1, 2, 101, 102, 201, 202, 300]],
  [[[1, 2]], [300]],
  [["x"], []],
];

for (
  const [name, patterns, side, isDirect] of [
    ["a table of documents", [], {}, true],
    ["a table of RecordIds", [], { limitBytes: 30_000 }, true],
    ["scans, when a table does not fit", [], { limitBytes: 1000 }, false],
    ["an index", [{ k: 1 }], {}, true],
    ["an index with more fields", [{ k: -1, pad: 1 }], {}, true],
    ["a stream of its own", [], { stages: [BSON.serialize({ $match: {} })] }, true],
    ["scans of its own", [], { stages: [BSON.serialize({ $match: {} })], limitBytes: 1000 }, false],
  ] as const
) {
  Deno.test(`foreign documents through ${name}`, async () => {
    await withCollection(DOCUMENTS, patterns, async (_, engine) => {
      for (const [values, ids] of EXPECTED) {
        assert.deepEqual(await find(engine, side, values), { ids, isDirect });
      }
    });
  });
}

Deno.test("a collection that is not there has no documents", async () => {
  await withCollection([], [], async (_, engine) => {
    assert.deepEqual((await find(engine, { namespace: "t.nope" }, [1])).ids, []);
  });
});

Deno.test("what does not fit as a whole is searched by blocks", async () => {
  await withCollection(DOCUMENTS, [], async (_, engine) => {
    const side = { namespace: "t.c", field: "k", limitBytes: 2000 };
    const join = new ForeignJoin(side, contextWith(engine));
    for await (const _ of join.prepare(1)) { /* until it gives up */ }
    assert.ok(join.isTooLarge && !join.isDirect);
    for (const [values, ids] of [[[7, null], [301, 302]], [[1, 8], []]] as const) {
      for await (const _ of join.prepareBlock(values.map(encodeValue))) { /* ready at the end */ }
      assert.ok(join.isTooLarge && join.isDirect);
      const found = new DocumentList();
      join.find([encodeValue(null)], found);
      assert.deepEqual(
        Array.from({ length: found.count }, (_, i) => BSON.deserialize(found.view(i))._id),
        ids,
      );
    }
    // Too many have what this block looks for.
    const all = Array.from({ length: 100 }, (_, i) => encodeValue(i));
    for await (const _ of join.prepareBlock(all)) { /* until it gives up */ }
    assert.ok(!join.isDirect);
    join.close();
  });
});

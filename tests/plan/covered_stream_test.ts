import assert from "node:assert/strict";
import { BSON, Decimal128, Double, Long } from "bson";
import { compileQuery } from "../../src/query/filter.ts";
import { planQuery } from "../../src/plan/choose.ts";
import { allNodes } from "../../src/plan/node.ts";
import { runPlan } from "../../src/plan/run.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { withCollection } from "./collection.ts";
import { bson } from "./fixture.ts";

const NOW = { now: 0n };

/** The scan's documents as EJSON, and how many were fetched for them. */
async function covered(
  collection: Collection,
  filter: Record<string, unknown>,
  needs: readonly string[],
) {
  const plan = planQuery(collection, {
    filter: compileQuery(bson(filter), NOW),
    neededPaths: new Set(needs),
  });
  const scan = [...allNodes(plan.root)].find((node) => node.stage === "IXSCAN");
  assert.ok(scan?.stage === "IXSCAN" && scan.covering !== undefined);
  const documents = await collect(runPlan(plan.root, { collection }));
  return {
    documents: documents.map((one) =>
      BSON.EJSON.stringify(BSON.deserialize(one, { promoteValues: false }), { relaxed: false })
    ),
    fetched: scan.statistics.docsExamined,
  };
}

const text = (document: Record<string, unknown>) =>
  BSON.EJSON.stringify(
    BSON.deserialize(BSON.serialize(document), { promoteValues: false }),
    { relaxed: false },
  );

Deno.test("values come back with their types, missing ones stay missing", async () => {
  const values = [
    5,
    new Double(5),
    Long.fromNumber(5),
    Decimal128.fromString("5.00"),
    new Double(-0),
    2.5,
    "text",
    null,
    undefined,
    { x: 1, y: [1, "a"] },
    new Date(7),
  ];
  const documents = values.map((b, _id) => b === undefined ? { _id, a: 1 } : { _id, a: 1, b });
  await withCollection(documents, [{ a: 1, b: -1 }], async (collection) => {
    const { documents: found, fetched } = await covered(collection, { a: 1 }, ["a", "b"]);
    const wanted = documents.map(({ _id: _, ...rest }) => text(rest));
    assert.deepEqual(found.sort(), wanted.sort());
    assert.equal(fetched, 0);
  });
});

Deno.test("what keys cannot give is read from its document", async () => {
  const documents = [
    { _id: 1, a: 1, b: { x: 2.5, y: new Double(3) } },
    { _id: 2, a: 1, b: Decimal128.fromString("0.00") },
    { _id: 3, a: 1, b: 5 },
  ];
  await withCollection(documents, [{ a: 1, b: 1 }], async (collection) => {
    const { documents: found, fetched } = await covered(collection, { a: 1 }, ["b"]);
    assert.deepEqual(found.sort(), documents.map(({ b }) => text({ b })).sort());
    assert.equal(fetched, 2);
  });
});

Deno.test("dotted paths are nested again", async () => {
  const documents = [
    { _id: 1, a: { b: 1, c: 2 }, d: 1 },
    { _id: 2, a: { c: 2 }, d: 1 },
    { _id: 3, a: {}, d: 1 },
    { _id: 4, d: 1 },
    { _id: 5, a: 7, d: 1 },
    { _id: 6, a: { b: null }, d: 1 },
  ];
  await withCollection(documents, [{ d: 1, "a.b": 1, "a.c": -1 }], async (collection) => {
    const { documents: found, fetched } = await covered(collection, { d: 1 }, ["a.b", "a.c"]);
    assert.deepEqual(
      found.sort(),
      [
        text({ a: { b: 1, c: 2 } }),
        text({ a: { c: 2 } }),
        text({ a: {} }),
        text({}),
        text({}),
        text({ a: { b: null } }),
      ].sort(),
    );
    assert.equal(fetched, 1);
  });
});

Deno.test("an update that only changes the type rewrites the entry", async () => {
  const patterns = [{ a: 1, b: 1 }];
  await withCollection([{ _id: 1, a: 1, b: 5 }], patterns, async (collection, engine) => {
    await engine.indexes.create("t.c", [bson({ key: { b: 1 }, name: "unique", unique: true })]);
    const set = (b: Record<string, unknown>) =>
      engine.run((transaction) => {
        const before = collection.get(transaction, 1)!;
        collection.update(transaction, 1, before, bson({ _id: 1, a: 1, ...b }));
      });
    for (const b of [{ b: new Double(5) }, { b: Long.fromNumber(5) }, { b: null }, {}, { b: 5 }]) {
      set(b);
      assert.deepEqual((await covered(collection, { a: 1 }, ["b"])).documents, [text(b)]);
      const bound = { b: "b" in b ? b.b : null };
      assert.deepEqual((await covered(collection, bound, ["b"])).documents, [text(b)]);
    }
  });
});

Deno.test("an array that comes while a scan is open is read from its document", async () => {
  const documents = Array.from({ length: 3000 }, (_, _id) => ({ _id, a: 1, b: _id }));
  await withCollection(documents, [{ a: 1, b: 1 }], (collection, engine) => {
    const plan = planQuery(collection, {
      filter: compileQuery(bson({ a: 1 }), NOW),
      neededPaths: new Set(["b"]),
    });
    const stream = runPlan(plan.root, { collection });
    const first = stream.next();
    assert.ok(first !== null && !(first instanceof Promise));
    const found = first.documents().map((one) => BSON.deserialize(one).b);
    engine.run((transaction) =>
      collection.insert(transaction, bson({ _id: "late", a: 1, b: [9e6] }))
    );
    for (let batch = stream.next(); batch !== null; batch = stream.next()) {
      assert.ok(!(batch instanceof Promise));
      found.push(...batch.documents().map((one) => BSON.deserialize(one).b));
    }
    stream.close();
    assert.deepEqual(found, [...documents.map(({ b }) => b), [9e6]]);
  });
});

Deno.test("the filter on the scan is tested on what was rebuilt", async () => {
  const documents = Array.from({ length: 50 }, (_, i) => ({ _id: i, a: 1, b: i, c: `x${i % 10}` }));
  await withCollection(documents, [{ a: 1, b: 1, c: 1 }], async (collection) => {
    const filter = { a: 1, b: { $mod: [2, 0] }, c: /5|6/ };
    const { documents: found } = await covered(collection, filter, ["b"]);
    assert.equal(found.length, 5);
  });
});

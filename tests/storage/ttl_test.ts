import assert from "node:assert/strict";
import { BsonDate } from "../../src/bson/value.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { bucketsOf, insert as insertMeasured, withSeries } from "../write/series.ts";
import { doc, insert, type Literal, text, texts, withEngine } from "./fixture.ts";

function ago(seconds: number): BsonDate {
  return new BsonDate(BigInt(Date.now() - seconds * 1000));
}

async function expiring(
  engine: StorageEngine,
  spec: Record<string, Literal>,
  documents: readonly Record<string, Literal>[],
): Promise<Collection> {
  const collection = engine.definitions.ensureCollection("db.c");
  await engine.indexes.create("db.c", [doc({ name: "ttl", ...spec })]);
  for (const document of documents) insert(engine, collection, doc(document));
  return collection;
}

async function left(collection: Collection): Promise<string[]> {
  const all = await texts(collection.scan());
  return all.map((one) => one.match(/_id: (\d+)/)![1]);
}

const DOCUMENTS: readonly Record<string, Literal>[] = [
  { _id: 1, at: ago(100) },
  { _id: 2, at: ago(10) },
  { _id: 3, at: new BsonDate(BigInt(Date.now() + 1_000_000)) },
  { _id: 4, at: "2001-01-01" },
  { _id: 5 },
  { _id: 6, at: null },
  { _id: 7, at: 5 },
  { _id: 8, at: [ago(0), ago(100)] }, // the earliest counts
  { _id: 9, at: [1, "x"] },
  { _id: 10, at: new BsonDate(-(10n ** 15n)) },
  { _id: 11, at: [] },
  { _id: 12, at: [ago(5), "x"] },
];

for (const direction of [1, -1]) {
  Deno.test(`expired dates are deleted, all else stays (at: ${direction})`, async () => {
    await withEngine(async (engine) => {
      const collection = await expiring(
        engine,
        { key: { at: direction }, expireAfterSeconds: 50 },
        DOCUMENTS,
      );
      assert.equal(await engine.ttl.runNow(), 3);
      assert.deepEqual(await left(collection), ["2", "3", "4", "5", "6", "7", "9", "11", "12"]);
      assert.equal(engine.ttl.passes, 1);
      assert.equal(engine.ttl.deletedDocuments, 3);
      assert.equal(await engine.ttl.runNow(), 0);
      assert.deepEqual((await validateCollection(engine.store, collection)).errors, []);
    });
  });
}

Deno.test("expireAfterSeconds 0, a partial index, and one that is hidden", async () => {
  await withEngine(async (engine) => {
    const collection = await expiring(engine, {
      key: { at: 1 },
      expireAfterSeconds: 0,
      hidden: true,
      partialFilterExpression: { done: true },
    }, [
      { _id: 1, at: ago(1), done: true },
      { _id: 2, at: ago(1), done: false },
      { _id: 3, at: ago(-60), done: true },
    ]);
    assert.equal(await engine.ttl.runNow(), 1);
    assert.deepEqual(await left(collection), ["2", "3"]);
  });
});

Deno.test("many documents go in batches, each delete is logged", async () => {
  await withEngine(async (engine) => {
    const documents = Array.from({ length: 300 }, (_, i) => ({ _id: i, at: ago(100 + i) }));
    const collection = await expiring(engine, { key: { at: 1 }, expireAfterSeconds: 1 }, documents);
    const log = engine.catalog.collection("local.oplog.rs")!;
    const before = log.count;
    assert.equal(await engine.ttl.runNow(), 300);
    assert.equal(collection.count, 0);
    const added = (await texts(log.scan())).slice(before);
    assert.equal(added.length, 300);
    assert.ok(added.every((entry) => entry.includes('op: "d"') && entry.includes('ns: "db.c"')));
  });
});

Deno.test("a document that a transaction holds is left for the next pass", async () => {
  await withEngine(async (engine) => {
    const document = doc({ _id: 1, at: ago(100) });
    const collection = await expiring(engine, { key: { at: 1 }, expireAfterSeconds: 1 }, []);
    const [recordId] = insert(engine, collection, document);
    const open = engine.begin();
    engine.runIn(
      open,
      (t) => collection.update(t, recordId, document, doc({ _id: 1, at: ago(0) })),
    );
    assert.equal(await engine.ttl.runNow(), 0);
    open.rollback();
    assert.equal(await engine.ttl.runNow(), 1);
  });
});

Deno.test("the monitor runs by itself, and not when it is switched off", async () => {
  await withEngine(async (engine) => {
    const collection = await expiring(engine, { key: { at: 1 }, expireAfterSeconds: 1 }, [
      { _id: 1, at: ago(100) },
    ]);
    engine.ttl.sleepMs = 0;
    engine.ttl.isEnabled = false;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal(collection.count, 1);
    engine.ttl.isEnabled = true;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal(collection.count, 0, text(doc({ passes: engine.ttl.passes })));
  });
});

Deno.test("buckets of a time series expire when the last measurement they may hold has", async () => {
  const options = { timeField: "t", bucketMaxSpanSeconds: 100, bucketRoundingSeconds: 100 };
  await withSeries(options, async (engine, series) => {
    const age = (seconds: number) => ({ t: new Date(Date.now() - seconds * 1000) });
    const extended = [{ t: new Date(-5000) }, { t: new Date(2 ** 42) }];
    await insertMeasured(engine, series, [...[1000, 700, 150, 0].map(age), ...extended]);
    assert.equal(await engine.ttl.runNow(), 0);
    const expiry = { bytes: doc({ x: 500 }), type: 16, at: 7 };
    engine.definitions.modify(
      series.buckets.namespace,
      new Map([["expireAfterSeconds", expiry]]),
    );
    assert.equal(await engine.ttl.runNow(), 2);
    assert.equal((await bucketsOf(series)).length, 4);
    assert.equal(await engine.ttl.runNow(), 0);
  });
});

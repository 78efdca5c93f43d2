import assert from "node:assert/strict";
import { BSON, Double } from "bson";
import { ALL_VALUES, makeInterval, pointInterval } from "../../src/index/interval.ts";
import { keyBoundsOf } from "../../src/index/key_bounds.ts";
import { KeyType } from "../../src/index/key_losses.ts";
import { Batch } from "../../src/stream/batch.ts";
import { encodeKey } from "../../src/index/key_encoding.ts";
import type { IndexRange } from "../../src/storage/index_scan.ts";
import { doc, insert, type Literal, text, texts, value, withEngine } from "./fixture.ts";

const key = (literal: Literal) => encodeKey([value(literal)]);
/** From `low` to before `high`. */
const range = (low: Literal, high: Literal): IndexRange => ({ low: key(low), high: key(high) });

Deno.test("ranges in key order, both ways", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    insert(engine, collection, ...[5, 3, 9, 1, 7, 3].map((a, _id) => doc({ _id, a })));
    const index = collection.index("a_1")!;
    const values = async (options: Parameters<typeof collection.indexScan>[1]) =>
      (await texts(collection.indexScan(index, options))).map((one) => one.match(/a: (\d)/)![1])
        .join("");
    assert.equal(await values({}), "133579");
    assert.equal(await values({ forward: false }), "975331");
    assert.equal(await values({ ranges: [range(3, 6)] }), "335");
    assert.equal(await values({ ranges: [range(1, 2), range(7, 100)] }), "179");
    assert.equal(await values({ ranges: [range(1, 2), range(7, 100)], forward: false }), "971");
    assert.equal(await values({ ranges: [] }), "");
    assert.equal(index.accesses.operations, 6);
  });
});

Deno.test("a unique index, a descending one, and key batches", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "u", unique: true }),
      doc({ key: { a: -1 }, name: "down" }),
    ]);
    insert(engine, collection, ...[2, 1, 3].map((a, _id) => doc({ _id, a })));
    const recordIds = (name: string) => {
      const scan = collection.indexScan(collection.index(name)!);
      const batch = scan.nextKeys()!;
      const found = [...batch.recordIds.subarray(0, batch.count)];
      assert.equal(scan.nextKeys(), null);
      scan.close();
      return found;
    };
    assert.deepEqual(recordIds("u"), [2, 1, 3]);
    assert.deepEqual(recordIds("down"), [3, 1, 2]);
    const scan = collection.indexScan(collection.index("u")!);
    const batch = scan.nextKeys()!;
    assert.deepEqual(batch.key(0), key(1));
    scan.close();
  });
});

Deno.test("a document of a multikey index comes once", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    insert(engine, collection, doc({ _id: 1, a: [1, 2, 3] }), doc({ _id: 2, a: 2 }));
    const scan = collection.indexScan(collection.index("a_1")!);
    const batch = scan.next()!;
    assert.deepEqual(batch.documents().map((one) => text(one)), [
      "{ _id: 1, a: [ 1, 2, 3 ] }",
      "{ _id: 2, a: 2 }",
    ]);
    assert.equal(scan.next(), null);
    assert.deepEqual(
      [scan.keysExamined, scan.documentsExamined, scan.duplicatesDropped, scan.seeks],
      [4, 2, 2, 1],
    );
    scan.close();
  });
});

Deno.test("many batches, documents changing on the way", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    engine.run((t) => {
      for (let i = 0; i < 6000; i++) {
        collection.insert(t, doc({ _id: i, a: i % 100, p: "x".repeat(100) }));
      }
    });
    const scan = collection.indexScan(collection.index("a_1")!);
    scan.expect(5);
    let seen = 0;
    let removed = 0;
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      if (seen === 0) {
        assert.equal(batch.count, 5);
        // The last entries go before the scan gets there.
        for (const recordId of [100, 200, 300]) {
          const document = collection.get(null, recordId)!;
          engine.run((t) => collection.remove(t, recordId, document));
          removed++;
        }
      }
      seen += batch.count;
    }
    assert.equal(seen, 6000 - removed);
    scan.close();
  });
});

Deno.test("entries outside the bounds of later fields are passed over, and jumped over when many", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1, b: -1 }, name: "ab" })]);
    const documents = Array.from(
      { length: 6000 },
      (_, _id) => ({ _id, a: _id % 3, b: _id % 2000 }),
    );
    insert(engine, collection, ...documents.map(doc));
    const index = collection.index("ab")!;
    const wanted = [pointInterval(value(5)), makeInterval(value(1500), false, value(1503), true)];
    const bounds = keyBoundsOf([
      { intervals: ALL_VALUES, descending: false },
      { intervals: wanted, descending: true },
    ], 1)!;
    const inside = (b: number) => b === 5 || (b > 1500 && b <= 1503);
    const expected = documents.filter(({ b }) => inside(b))
      .sort((x, y) => x.a - y.a || y.b - x.b).map(({ a, b }) => `${a} ${b}`);
    for (const forward of [true, false]) {
      const scan = collection.indexScan(index, { bounds, forward });
      const found = (await texts(scan)).map((one) =>
        one.match(/a: (\d+), b: (\d+)/)!.slice(1).join(" ")
      );
      assert.deepEqual(forward ? found : found.reverse(), expected);
      assert.ok(scan.seeks > 3 && scan.keysExamined < 1000, `${scan.seeks} ${scan.keysExamined}`);
    }
    // Within ranges, too.
    const scan = collection.indexScan(index, { bounds, ranges: [range(1, 2)] });
    const few = await texts(scan);
    assert.equal(few.length, expected.filter((one) => one.startsWith("1")).length);
  });
});

Deno.test("of selected entries alone the documents are fetched", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    insert(engine, collection, ...[5, 3, 9, 1].map((a, _id) => doc({ _id, a })));
    const scan = collection.indexScan(collection.index("a_1")!, {
      select: ({ recordIds, count }, read) => {
        let kept = 0;
        for (let i = 0; i < count; i++) {
          const isOdd = BSON.deserialize(read(recordIds[i])!)._id % 2 === 1;
          if (isOdd) recordIds[kept++] = recordIds[i];
        }
        return kept;
      },
    });
    assert.deepEqual(await texts(scan), [
      text(doc({ _id: 3, a: 1 })),
      text(doc({ _id: 1, a: 3 })),
    ]);
    assert.deepEqual([scan.keysExamined, scan.documentsExamined], [4, 2]);
    const none = collection.indexScan(collection.index("a_1")!, { select: () => 0 });
    assert.equal(none.next()?.count, 0, "a step without results");
    assert.equal(none.next(), null);
    none.close();
  });
});

Deno.test("types are read when they are asked for", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "plain" }),
      doc({ key: { b: 1 }, name: "unique", unique: true }),
    ]);
    insert(
      engine,
      collection,
      doc({ _id: 1, a: 1, b: new Double(1) }),
      doc({ _id: 2, a: new Double(2), b: 2 }),
    );
    const typesOf = (name: string) => {
      const scan = collection.indexScan(collection.index(name)!, { withTypes: true });
      const batch = scan.nextKeys()!;
      const found = [0, 1].map((i) => [...batch.types(i)]);
      scan.close();
      return found;
    };
    assert.deepEqual(typesOf("plain"), [[], [KeyType.Double]]);
    assert.deepEqual(typesOf("unique"), [[KeyType.Double], []]);
    const scan = collection.indexScan(collection.index("unique")!, { withTypes: true });
    const made = scan.nextMade((entries, read) => Batch.of([read(entries.recordIds[1])!]));
    assert.equal(text(made!.copyDocument(0)), text(doc({ _id: 2, a: new Double(2), b: 2 })));
    scan.jump(key(100));
    assert.equal(scan.nextKeys(), null);
    scan.close();
  });
});

Deno.test("point scans give all entries of their keys, few and many, long and short", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    const long = "x".repeat(3000);
    const values = [1, ...Array(127).fill(2), ...Array(128).fill(3), ...Array(5000).fill(4)];
    const strings = [...Array(3).fill("s"), ...Array(200).fill(long), [7, 8], [8, 9]];
    const documents = [...values, ...strings].map((a, _id) => doc({ _id, a }));
    insert(engine, collection, ...documents);
    const index = collection.index("a_1")!;
    const pointOf = (literal: Literal): IndexRange => {
      const low = key(literal);
      return { low, high: Uint8Array.from([...low, 0xff]) };
    };
    const rows: readonly (readonly [Literal, number])[] = [
      [0, 0],
      [1, 1],
      [2, 127],
      [3, 128],
      [4, 5000],
      ["s", 3],
      [long, 200],
      [8, 2],
    ];
    for (const [literal, expected] of rows) {
      for (const forward of [true, false]) {
        for (const wanted of [undefined, 1, 128]) {
          const scan = collection.indexScan(index, {
            ranges: [pointOf(literal)],
            isPoint: true,
            forward,
          });
          if (wanted !== undefined) scan.expect(wanted);
          let found = 0;
          for (let batch = scan.next(); batch !== null; batch = scan.next()) found += batch.count;
          assert.equal(found, expected, `${String(literal).slice(0, 5)} ${forward} ${wanted}`);
          assert.equal(scan.keysExamined, expected);
          scan.close();
        }
      }
    }
    const both = collection.indexScan(index, { ranges: [pointOf(1), pointOf(3)], isPoint: true });
    assert.equal((await texts(both)).length, 129);
  });
});

import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, texts, withEngine } from "./fixture.ts";

const ids = (...numbers: number[]) => numbers.map((_id) => `{ _id: ${_id} }`);

Deno.test("forward, backward, from, to, after", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, ...[1, 2, 3, 4, 5].map((_id) => doc({ _id })));
    assert.deepEqual(await texts(collection.scan()), ids(1, 2, 3, 4, 5));
    assert.deepEqual(await texts(collection.scan({ forward: false })), ids(5, 4, 3, 2, 1));
    assert.deepEqual(await texts(collection.scan({ from: 3 })), ids(3, 4, 5));
    assert.deepEqual(await texts(collection.scan({ from: 2, to: 3 })), ids(2, 3));
    assert.deepEqual(await texts(collection.scan({ after: 3 })), ids(4, 5));
    assert.deepEqual(
      await texts(collection.scan({ forward: false, from: 4, to: 2 })),
      ids(4, 3, 2),
    );
    assert.deepEqual(await texts(collection.scan({ from: 6 })), []);
    assert.deepEqual(await texts(collection.scan({ to: 0 })), []);
  });
});

Deno.test("many batches give every record once, large ones included, beside writers", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const padding = "x".repeat(200);
    engine.run((t) => {
      for (let i = 0; i < 5000; i++) collection.insert(t, doc({ _id: i, padding }));
      collection.insert(t, doc({ _id: "huge", padding: "y".repeat(3_000_000) }));
    });
    const scan = collection.scan();
    scan.expect(10);
    assert.equal(scan.next()!.count, 10);
    let seen = 10;
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      seen += batch.count;
      insert(engine, collection, ...(seen === 5001 ? [] : [doc({ _id: `new ${seen}` })]));
      if (seen > 6000) break;
    }
    assert.equal(scan.examined, seen);
    scan.close();
    assert.equal(scan.next(), null);
    assert(seen >= 5001);
  });
});

Deno.test("a tailable scan goes on after its end", async () => {
  await withEngine((engine) => {
    engine.definitions.create("db.c", { options: doc({ capped: true, size: 4096, max: 3 }) });
    const collection = engine.catalog.collection("db.c")!;
    insert(engine, collection, doc({ _id: 1 }));
    const scan = collection.scan({ tailable: true });
    assert.equal(scan.next()!.count, 1);
    assert.equal(scan.next(), null);
    insert(engine, collection, doc({ _id: 2 }), doc({ _id: 3 }));
    assert.equal(scan.next()!.count, 2);
    assert.equal(scan.next(), null);
    insert(engine, collection, ...[4, 5, 6].map((_id) => doc({ _id })));
    assert.throws(
      () => scan.next(),
      (error) => error instanceof CommandError && error.code === 136,
    );
    scan.close();
  });
});

Deno.test("a scan of a dropped collection ends with an error", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    const scan = collection.scan();
    scan.expect(1);
    scan.next();
    engine.definitions.drop("db.c");
    assert.throws(
      () => scan.next(),
      (error) => error instanceof CommandError && error.code === 175,
    );
    scan.close();
  });
});

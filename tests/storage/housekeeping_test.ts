import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, openHome, withEngine, withHome } from "./fixture.ts";

Deno.test("writes are flushed in the background", async () => {
  await withHome(async (path) => {
    const engine = await openHome(path);
    const before = engine.store.journal.flushes;
    insert(engine, engine.definitions.ensureCollection("db.c"), doc({ _id: 1 }));
    for (let i = 0; engine.store.journal.flushes === before; i++) {
      assert(i < 200, "no flush");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await engine.waitForJournal();
    await engine.close();
  });
});

Deno.test("the change log is pruned in the background", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const padding = "x".repeat(1000);
    engine.run((t) => {
      for (let i = 0; i < 500; i++) collection.insert(t, doc({ _id: i, padding }));
    });
    for (let i = 0; engine.changeLog.counters.bytes > 100_000; i++) {
      assert(i < 200, "not pruned");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert(engine.changeLog.counters.documents < 110);
  }, { changeLogBytes: 100_000 });
});

Deno.test("writes are refused while the disk is nearly full, reads go on", async () => {
  await withHome(async (path) => {
    const engine = await openHome(path, { minimumFreeBytes: Number.MAX_SAFE_INTEGER });
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    engine.housekeeping.watchDisk();
    assert.throws(
      () => insert(engine, collection, doc({ _id: 2 })),
      (error) => error instanceof CommandError && error.code === 14031,
    );
    assert.equal(collection.count, 1);
    await engine.close();
  });
});

Deno.test("checkpoints are taken by the clock", async () => {
  await withHome(async (path) => {
    const errors: unknown[] = [];
    const engine = await openHome(path, {
      checkpointMs: 10,
      onError: (error) => errors.push(error),
    });
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    for (let i = 0; collection.counters.isDirty; i++) {
      assert(i < 200, "no checkpoint");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await engine.close();
    assert.deepEqual(errors, []);
  });
});

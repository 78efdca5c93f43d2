import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, withEngine } from "./fixture.ts";

Deno.test("counts are added at commit, not at rollback", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const lost = engine.begin();
    collection.insert(lost, doc({ _id: 1 }));
    assert.equal(lost.changeOf(collection.counters).documents, 1);
    lost.rollback();
    lost.rollback();
    assert.equal(lost.isOpen, false);
    assert.equal(collection.count, 0);
    const kept = engine.begin();
    collection.insert(kept, doc({ _id: 1 }));
    assert.equal(kept.hasWritten, true);
    kept.commit();
    assert.equal(collection.count, 1);
    assert.throws(() => kept.commit(), /finished transaction/);
  });
});

Deno.test("actions run after commit or rollback", async () => {
  await withEngine((engine) => {
    const seen: string[] = [];
    for (const end of ["commit", "rollback"] as const) {
      const transaction = engine.begin();
      transaction.onCommit(() => seen.push("committed"));
      transaction.onRollback(() => seen.push("rolled back"));
      transaction[end]();
    }
    assert.deepEqual(seen, ["committed", "rolled back"]);
    assert.equal(engine.store.openTransactions, 0);
  });
});

Deno.test("the later of two writers of one document gets WriteConflict", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const before = doc({ _id: 1, a: 1 });
    insert(engine, collection, before);
    const [first, second] = [engine.begin(), engine.begin()];
    collection.update(first, 1, before, doc({ _id: 1, a: 2 }));
    assert.throws(
      () => engine.runIn(second, (t) => collection.update(t, 1, before, doc({ _id: 1, a: 3 }))),
      (error) => error instanceof CommandError && error.code === 112,
    );
    second.rollback();
    first.commit();
  });
});

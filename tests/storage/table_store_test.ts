import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, orphansGone, text, withEngine } from "./fixture.ts";

Deno.test("a statement that throws leaves nothing", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    assert.throws(() =>
      engine.run((t) => {
        collection.insert(t, doc({ _id: 1 }));
        throw new Error("stop");
      }), /stop/);
    assert.equal(collection.count, 0);
    assert.equal(collection.get(null, 1), null);
  });
});

Deno.test("a statement waits for the open transaction it conflicts with", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const before = doc({ _id: 1, a: 0 });
    insert(engine, collection, before);
    const transaction = engine.begin();
    collection.update(transaction, 1, before, doc({ _id: 1, a: 1 }));
    const statement = () =>
      engine.runRetrying((t) => {
        const current = collection.get(t, 1)!;
        collection.update(t, 1, current, doc({ _id: 1, a: 2 }));
        return text(current);
      });
    assert.throws(
      () => engine.run((t) => collection.update(t, 1, before, doc({ _id: 1, a: 9 }))),
      (error) => error instanceof CommandError && error.code === 112,
    );
    const waiting = statement();
    assert(waiting instanceof Promise);
    setTimeout(() => transaction.commit(), 20);
    assert.equal(await waiting, "{ _id: 1, a: 1 }");
    assert.equal(statement(), "{ _id: 1, a: 2 }");
  });
});

Deno.test("an interrupt ends the waiting", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const before = doc({ _id: 1 });
    insert(engine, collection, before);
    const transaction = engine.begin();
    collection.remove(transaction, 1, before);
    const waiting = engine.runRetrying((t) => collection.remove(t, 1, before), () => {
      throw new CommandError(50, "operation exceeded time limit");
    });
    await assert.rejects(async () => await waiting, /exceeded time limit/);
    transaction.rollback();
  });
});

Deno.test("a refusal stops new statements but not reads", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    engine.store.refusal = new CommandError(14031, "full");
    assert.throws(() => insert(engine, collection, doc({ _id: 2 })), /full/);
    assert.equal(text(collection.get(null, 1)!), "{ _id: 1 }");
    engine.store.refusal = undefined;
    insert(engine, collection, doc({ _id: 2 }));
  });
});

Deno.test("a table in use by a transaction is dropped when that has ended", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    const reading = engine.begin();
    collection.get(reading, 1);
    engine.definitions.drop("db.c");
    assert(engine.store.orphanCount > 0);
    reading.rollback();
    await orphansGone(engine);
  });
});

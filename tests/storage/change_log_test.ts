import assert from "node:assert/strict";
import { doc, insert, logged, openHome, text, texts, withEngine, withHome } from "./fixture.ts";

Deno.test("a client transaction is one applyOps entry", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const transaction = engine.begin();
    transaction.origin = { lsid: doc({ id: 1 }), txnNumber: 3n };
    const first = doc({ _id: 1 });
    collection.insert(transaction, first);
    collection.remove(transaction, 1, first);
    collection.insert(transaction, doc({ _id: 2 }));
    assert.equal((await logged(engine)).length, 2);
    transaction.commit();
    const entry = (await logged(engine)).at(-1)!;
    assert.equal(
      entry,
      '{ lsid: { id: 1 }, txnNumber: 3, op: "c", ns: "admin.$cmd", o: { applyOps: [ ' +
        '{ op: "i", ns: "db.c", ui, o: { _id: 1 }, o2: { _id: 1 } }, ' +
        '{ op: "d", ns: "db.c", ui, o: { _id: 1 } }, ' +
        '{ op: "i", ns: "db.c", ui, o: { _id: 2 }, o2: { _id: 2 } } ] }',
    );
    assert.equal(collection.count, 1);
  });
});

Deno.test("a large client transaction is a chain of entries", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const transaction = engine.begin();
    transaction.origin = { lsid: doc({ id: 1 }), txnNumber: 3n };
    const padding = "x".repeat(1 << 20);
    for (let i = 0; i < 40; i++) collection.insert(transaction, doc({ _id: i, padding }));
    transaction.commit();
    const oplog = engine.catalog.collection("local.oplog.rs")!;
    const entries = (await texts(oplog.scan())).slice(2).map((entry) =>
      entry.replaceAll(padding, "")
    );
    assert.equal(entries.length, 3);
    assert.match(entries[0], /partialTxn: true \}.*prevOpTime: \{ ts: Timestamp\(0, 0\), t: -1 \}/);
    assert.match(entries[1], /partialTxn: true \}/);
    assert.match(entries[2], /count: 40 \}/);
    const times = entries.map((entry) =>
      entry.match(/wall/) && entry.match(/, ts: (Timestamp\(\d+, \d+\))/)![1]
    );
    assert(entries[1].includes(`prevOpTime: { ts: ${times[0]}, t: 1 }`));
  }, { cacheSizeMb: 256 });
});

Deno.test("statements of a retryable write are chained", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const origin = { lsid: doc({ id: 1 }), txnNumber: 3n, statementId: 0, previous: 0 };
    engine.run((t) => {
      t.origin = origin;
      collection.insert(t, doc({ _id: 1 }));
    });
    assert(origin.previous > 0);
    const oplog = engine.catalog.collection("local.oplog.rs")!;
    const last = (await texts(oplog.scan())).at(-1)!;
    assert.match(last, /^\{ lsid: \{ id: 1 \}, txnNumber: 3, op: "i"/);
    assert.match(last, /stmtId: 0, ts: /);
  });
});

Deno.test("pruning takes the oldest entries in steps", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    for (let i = 0; i < 200; i++) {
      insert(engine, collection, doc({ _id: i, padding: "x".repeat(500) }));
    }
    const { changeLog } = engine;
    const oldest = changeLog.oldestTimestamp();
    assert.equal(changeLog.prune(), false);
    changeLog.maxBytes = 50_000;
    while (changeLog.prune());
    assert(changeLog.counters.bytes <= 50_000);
    assert(changeLog.counters.bytes > 45_000);
    assert(changeLog.oldestTimestamp() > oldest);
    const oplog = engine.catalog.collection("local.oplog.rs")!;
    const scan = oplog.scan();
    assert.equal(scan.next()!.count, changeLog.counters.documents);
    scan.close();
  });
});

Deno.test("time goes on behind the last entry after a restart", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    engine.clock.advanceTo((4_000_000_000n << 32n) | 5n);
    insert(engine, engine.definitions.ensureCollection("db.c"), doc({ _id: 1 }));
    const last = engine.clock.operationTime;
    await engine.close();
    engine = await openHome(path);
    assert.equal(engine.clock.operationTime, last);
    engine.run((t) => engine.changeLog.noop(t, "hello"));
    assert.equal(engine.clock.operationTime, last + 1n);
    assert.match((await logged(engine)).at(-1)!, /op: "n", ns: "", o: \{ msg: "hello" \}/);
    await engine.close();
  });
});

Deno.test("readers follow the log through its notifier", async () => {
  await withEngine(async (engine) => {
    const oplog = engine.catalog.collection("local.oplog.rs")!;
    const scan = oplog.scan({ tailable: true });
    while (scan.next() !== null);
    const waiting = oplog.onInsert.wait(oplog.onInsert.version, 10_000);
    engine.definitions.create("db.c");
    assert.equal(await waiting, true);
    assert.match(text(scan.next()!.copyDocument(0)), /create: "c"/);
    scan.close();
  });
});

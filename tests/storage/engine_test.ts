import assert from "node:assert/strict";
import {
  doc,
  insert,
  logged,
  openHome,
  text,
  texts,
  value,
  withEngine,
  withHome,
} from "./fixture.ts";

Deno.test("everything is there after a restart", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    const collection = engine.definitions.ensureCollection("wine.bottles");
    insert(
      engine,
      collection,
      doc({ _id: 1, year: 2010, tags: ["a"] }),
      doc({ _id: 2, year: 2015 }),
    );
    await engine.indexes.create("wine.bottles", [
      doc({ key: { year: 1 }, name: "year_1" }),
      doc({ key: { tags: 1 }, name: "tags_1" }),
    ]);
    engine.definitions.create("wine.view", { options: doc({ viewOn: "bottles" }) });
    const time = engine.clock.operationTime;
    await engine.close();

    engine = await openHome(path);
    const again = engine.catalog.collection("wine.bottles")!;
    assert.deepEqual(again.uuid, collection.uuid);
    assert.deepEqual(
      again.indexes.map((index) => [index.name, index.isReady, index.multikeyParts]),
      [
        ["_id_", true, undefined],
        ["year_1", true, undefined],
        ["tags_1", true, [1]],
      ],
    );
    assert.equal(text(again.findById(null, value(2))!.document), "{ _id: 2, year: 2015 }");
    assert.equal(engine.catalog.view("wine.view")!.options.viewOn, "bottles");
    assert(engine.clock.operationTime >= time);
    insert(engine, again, doc({ _id: 3, year: 2001 }));
    assert(engine.clock.operationTime > time);
    assert.deepEqual(
      (await texts(again.indexScan(again.index("year_1")!))).map((one) => one.slice(7, 8)),
      ["3", "1", "2"],
    );
    await engine.close();
  });
});

Deno.test("acknowledged writes survive kill -9", async () => {
  await withHome(async (path) => {
    const script = `
      import { doc, insert, openHome } from ${JSON.stringify(import.meta.resolve("./fixture.ts"))};
      const engine = await openHome(${JSON.stringify(path)});
      const c = engine.definitions.ensureCollection("db.c");
      await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
      for (let i = 0; i < 500; i++) insert(engine, c, doc({ _id: i, a: -i }));
      Deno.kill(Deno.pid, "SIGKILL");
    `;
    await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--no-check",
        "--config",
        new URL("../../deno.json", import.meta.url).pathname,
        script,
      ],
      stderr: "inherit",
    }).output();
    const engine = await openHome(path);
    const collection = engine.catalog.collection("db.c")!;
    assert.equal(collection.count, 500);
    const scan = collection.indexScan(collection.index("a_1")!);
    let entries = 0;
    for (let batch = scan.nextKeys(); batch !== null; batch = scan.nextKeys()) {
      entries += batch.count;
    }
    scan.close();
    assert.equal(entries, 500);
    await engine.close();
  });
});

Deno.test("the change log is a collection to read", async () => {
  await withEngine(async (engine) => {
    insert(engine, engine.definitions.ensureCollection("db.c"), doc({ _id: 1 }));
    insert(engine, engine.definitions.ensureCollection("local.mine"), doc({ _id: 1 }));
    assert.deepEqual(await logged(engine), [
      '{ op: "n", ns: "", o: { msg: "initiating set" }',
      '{ op: "c", ns: "db.$cmd", ui, o: { create: "c", idIndex: { v: 2, key: { _id: 1 }, name: "_id_" } }',
      '{ op: "i", ns: "db.c", ui, o: { _id: 1 }, o2: { _id: 1 }',
    ]);
    const oplog = engine.catalog.collection("local.oplog.rs")!;
    assert.equal(oplog.count, 3);
    assert.equal(oplog.isCapped, true);
    assert.deepEqual(engine.catalog.databases(), ["db", "local"]);
  });
});

Deno.test("without a change log the clock still moves", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const before = engine.clock.operationTime;
    insert(engine, collection, doc({ _id: 1 }));
    assert(engine.clock.operationTime > before);
    assert.equal(engine.catalog.collection("local.oplog.rs"), undefined);
  }, { changeLog: false });
});

Deno.test("several engines in one process do not meet", async () => {
  await withEngine(async (first) => {
    await withEngine((second) => {
      insert(first, first.definitions.ensureCollection("db.c"), doc({ _id: 1 }));
      assert.equal(second.catalog.collection("db.c"), undefined);
    });
  });
});

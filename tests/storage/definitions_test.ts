import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import {
  doc,
  insert,
  logged,
  openHome,
  orphansGone,
  text,
  texts,
  value,
  withEngine,
  withHome,
} from "./fixture.ts";

function code(expected: number, message?: RegExp) {
  return (error: unknown) =>
    error instanceof CommandError && error.code === expected &&
    (message === undefined || message.test(error.message));
}

Deno.test("creating what is there is refused", async () => {
  await withEngine(({ definitions }) => {
    definitions.create("db.c");
    assert.throws(
      () => definitions.create("db.c"),
      code(48, /^Collection db\.c already exists\.$/),
    );
    assert.throws(() => definitions.create("DB.c"), code(13297));
    assert.throws(() => definitions.create("db.system.x"), code(73));
    definitions.create("db.v", { options: doc({ viewOn: "c" }) });
    assert.throws(
      () => definitions.create("db.v", { options: doc({ viewOn: "c" }) }),
      code(48, /A view already exists/),
    );
    assert.throws(() => definitions.create("db.v"), code(48));
    assert.throws(() => definitions.ensureCollection("db.v"), code(166));
    assert.equal(definitions.ensureCollection("db.c").namespace, "db.c");
  });
});

Deno.test("dropping", async () => {
  await withEngine(async (engine) => {
    const { definitions } = engine;
    insert(engine, definitions.ensureCollection("db.c"), doc({ _id: 1 }));
    definitions.create("db.v", { options: doc({ viewOn: "c" }) });
    assert.equal(definitions.drop("db.c"), true);
    assert.equal(definitions.drop("db.c"), false);
    assert.equal(definitions.drop("db.v"), true);
    assert.throws(() => definitions.drop("local.oplog.rs"), code(20));
    await orphansGone(engine);
    const again = definitions.ensureCollection("db.c");
    assert.equal(again.count, 0);
    assert.equal(again.get(null, 1), null);
    assert.deepEqual(
      (await logged(engine))[3],
      '{ op: "c", ns: "db.$cmd", ui, o: { drop: "c" }, o2: { numRecords: 1 }',
    );
  });
});

Deno.test("dropping a database", async () => {
  await withEngine(async (engine) => {
    const { definitions } = engine;
    definitions.create("db.a");
    definitions.create("db.b");
    definitions.create("admin.x");
    assert.equal(definitions.dropDatabase("db"), true);
    assert.equal(definitions.dropDatabase("db"), false);
    assert.throws(() => definitions.dropDatabase("admin"), code(20));
    assert.deepEqual(engine.catalog.databases(), ["admin", "local"]);
    assert.deepEqual(
      (await logged(engine)).at(-1),
      '{ op: "c", ns: "db.$cmd", o: { dropDatabase: 1 }',
    );
  });
});

Deno.test("renaming keeps documents, indexes and UUID", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    const collection = engine.definitions.ensureCollection("db.a");
    insert(engine, collection, doc({ _id: 1 }));
    insert(engine, engine.definitions.ensureCollection("db.target"), doc({ _id: "old" }));
    assert.throws(
      () => engine.definitions.rename("db.a", "db.target"),
      code(48, /target namespace exists/),
    );
    assert.throws(() => engine.definitions.rename("db.none", "db.x"), code(26));
    assert.throws(() => engine.definitions.rename("db.a", "db.a"), code(20));
    assert.throws(
      () => engine.definitions.rename("db.a", "db.$x"),
      code(73, /^error with target namespace: /),
    );
    engine.definitions.rename("db.a", "db.target", true);
    engine.definitions.rename("db.target", "other.b");
    assert.equal(engine.catalog.collection("db.a"), undefined);
    assert.equal(engine.catalog.collection("other.b"), collection);
    insert(engine, collection, doc({ _id: 2 }));
    assert.match((await logged(engine)).at(-1)!, /op: "i", ns: "other\.b"/);
    await engine.close();
    engine = await openHome(path);
    assert.deepEqual(await texts(engine.catalog.collection("other.b")!.scan()), [
      "{ _id: 1 }",
      "{ _id: 2 }",
    ]);
    assert.deepEqual(engine.catalog.databases(), ["local", "other"]);
    await engine.close();
  });
});

Deno.test("options change and stay changed", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    engine.definitions.create("db.c", { options: doc({ validator: { a: 1 } }) });
    engine.definitions.modify(
      "db.c",
      new Map([["validator", value({ b: 1 })], ["validationLevel", value("moderate")]]),
    );
    assert.throws(() => engine.definitions.modify("db.none", new Map()), code(26));
    const expected = '{ validator: { b: 1 }, validationLevel: "moderate" }';
    assert.equal(text(engine.catalog.collection("db.c")!.options.document), expected);
    assert.equal(
      (await logged(engine)).at(-1),
      '{ op: "c", ns: "db.$cmd", ui, o: { collMod: "c", validator: { b: 1 }, validationLevel: "moderate" }, ' +
        "o2: { collectionOptions_old: { validator: { a: 1 } } }",
    );
    engine.definitions.create("db.v", { options: doc({ viewOn: "c" }) });
    engine.definitions.modify("db.v", new Map([["viewOn", value("d")]]));
    await engine.close();
    engine = await openHome(path);
    assert.equal(text(engine.catalog.collection("db.c")!.options.document), expected);
    assert.equal(engine.catalog.view("db.v")!.options.viewOn, "d");
    await engine.close();
  });
});

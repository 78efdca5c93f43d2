import assert from "node:assert/strict";
import { BsonDate } from "../../src/bson/value.ts";
import { CommandError } from "../../src/error.ts";
import {
  checkClusterExpiry,
  clusteredIndexOption,
  clusteredIndexSpec,
} from "../../src/storage/clustered.ts";
import {
  doc,
  insert,
  type Literal,
  openHome,
  text,
  texts,
  value,
  withEngine,
  withHome,
} from "./fixture.ts";

const ID: Literal = { _id: 1 };

function coded(code: number, pattern: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof CommandError && error.code === code && pattern.test(error.message);
}

Deno.test("the option is completed", () => {
  const option = clusteredIndexOption(value({ key: ID, unique: true }));
  assert.equal(text(option), '{ v: 2, key: { _id: 1 }, name: "_id_", unique: true }');
  const named = clusteredIndexOption(value({ unique: 1, name: "mine", key: ID, v: 2 }));
  assert.equal(text(named), '{ v: 2, key: { _id: 1 }, name: "mine", unique: true }');
  assert.equal(
    text(clusteredIndexSpec(named)),
    '{ v: 2, key: { _id: 1 }, name: "mine", unique: true, clustered: true }',
  );
});

Deno.test("what cannot be clustered", () => {
  const rows: ReadonlyArray<readonly [Literal, number, RegExp]> = [
    [true, 5979703, /legacy format/],
    [{ key: ID, unique: false }, 5979700, /requires unique: true/],
    [{ key: ID }, 40414, /'create\.clusteredIndex\.unique' is missing/],
    [{ unique: true }, 40414, /'create\.clusteredIndex\.key' is missing/],
    [{ key: { _id: -1 }, unique: true }, 197, /only supported for key: \{_id: 1\}/],
    [{ key: { a: 1 }, unique: true }, 197, /only supported/],
    [{ key: { _id: 1, a: 1 }, unique: true }, 197, /only supported/],
    [{ key: 5, unique: true }, 14, /wrong type 'int', expected type 'object'/],
    [{ key: ID, unique: true, v: 1 }, 5979704, /cannot create a clusteredIndex with v=1/],
    [{ key: ID, unique: true, sparse: true }, 40415, /clusteredIndex\.sparse' is an unknown/],
  ];
  for (const [option, code, pattern] of rows) {
    assert.throws(() => clusteredIndexOption(value(option)), coded(code, pattern));
  }
  assert.throws(() => checkClusterExpiry(-1), coded(72, /less than 0/));
  assert.throws(() => checkClusterExpiry(2 ** 31), coded(72, /acceptable range/));
  checkClusterExpiry(0);
  checkClusterExpiry(undefined);
});

const CLUSTERED = {
  clusteredIndex: { key: ID, unique: true, name: "mine" },
  expireAfterSeconds: 60,
};

Deno.test("a clustered collection: its index, its documents, its end", async () => {
  await withEngine(async (engine) => {
    engine.definitions.create("db.c", { options: doc(CLUSTERED) });
    const collection = engine.catalog.collection("db.c")!;
    assert.equal(
      text(collection.options.document),
      '{ clusteredIndex: { v: 2, key: { _id: 1 }, name: "mine", unique: true }, ' +
        "expireAfterSeconds: 60 }",
    );
    assert.equal(
      text(collection.idIndex!.spec.document),
      '{ v: 2, unique: true, key: { _id: 1 }, name: "mine", clustered: true }',
    );
    insert(engine, collection, doc({ _id: 1 }));
    assert.throws(() => insert(engine, collection, doc({ _id: 1 })), coded(11000, /index: mine/));
    assert.throws(() => engine.indexes.drop("db.c", "mine"), coded(5979800, /illegal to drop/));
    assert.equal(engine.indexes.drop("db.c", "*"), 1);
    const again = doc({ key: ID, name: "mine", unique: true, clustered: true });
    assert.equal((await engine.indexes.create("db.c", [again])).numIndexesAfter, 1);
    await assert.rejects(
      engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a", clustered: true })]),
      coded(67, /clustered/),
    );
    insert(engine, collection, doc({ _id: new BsonDate(BigInt(Date.now() - 61_000)) }));
    insert(engine, collection, doc({ _id: new BsonDate(BigInt(Date.now())) }));
    assert.equal(await engine.ttl.runNow(), 1);
    assert.equal((await texts(collection.scan())).length, 2);
  });
});

Deno.test("views and capped collections cannot be clustered", async () => {
  await withEngine((engine) => {
    const create = (more: Record<string, Literal>) => () =>
      engine.definitions.create("db.c", { options: doc({ ...CLUSTERED, ...more }) });
    assert.throws(create({ viewOn: "x" }), coded(6026500, /views/));
    assert.throws(create({ capped: true, size: 1000 }), coded(6049200, /not allowed on clustered/));
  });
});

Deno.test("it is clustered after a restart too", async () => {
  await withHome(async (path) => {
    const first = await openHome(path);
    first.definitions.create("db.c", { options: doc(CLUSTERED) });
    insert(first, first.catalog.collection("db.c")!, doc({ _id: 1 }));
    await first.close();
    const second = await openHome(path);
    try {
      const collection = second.catalog.collection("db.c")!;
      assert.equal(collection.idIndex?.name, "mine");
      assert.equal(collection.options.clusterExpireAfterSeconds, 60);
      assert.notEqual(collection.findById(undefined, value(1)), null);
    } finally {
      await second.close();
    }
  });
});

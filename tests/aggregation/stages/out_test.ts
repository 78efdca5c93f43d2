import assert from "node:assert/strict";
import type { Document } from "bson";
import { Database, testDatabase } from "../database.ts";
import { testTable } from "../fixture.ts";

const DOCUMENTS = [{ _id: 1, a: 1 }, { _id: 2, a: 2 }];

async function collections(db: Database): Promise<string[]> {
  const { cursor } = await db.command({ listCollections: 1 });
  return cursor.firstBatch.map(({ name }: Document) => name).sort();
}

testDatabase("$out makes and replaces collections, and answers nothing", async (db) => {
  await db.insert("c", DOCUMENTS);
  const reply = await db.aggregate("c", [{ $out: "new" }]);
  assert.deepEqual(reply.cursor.firstBatch, []);
  assert.equal(Number(reply.cursor.id), 0);
  assert.deepEqual(await db.documents("new"), DOCUMENTS);
  await db.insert("new", [{ _id: 9 }]);
  await db.check("c", [{ $match: { a: 2 } }, { $set: { b: 1 } }, { $out: "new" }], []);
  assert.deepEqual(await db.documents("new"), [{ _id: 2, a: 2, b: 1 }]);
  // Over the collection that is read; and nothing at all.
  await db.check("c", [{ $match: { a: 1 } }, { $out: "c" }], []);
  assert.deepEqual(await db.documents("c"), [{ _id: 1, a: 1 }]);
  await db.check("nothing", [{ $out: "c" }], []);
  assert.deepEqual(await db.documents("c"), []);
  assert.deepEqual(await collections(db), ["c", "new"]);
});

testDatabase("$out into another database, and from views", async (db) => {
  await db.insert("c", DOCUMENTS);
  await db.createView("v", "c", [{ $match: { a: 2 } }]);
  await db.check("v", [{ $out: { db: "u", coll: "x" } }], []);
  assert.deepEqual(await new Database(db.harness, "u").documents("x"), [{ _id: 2, a: 2 }]);
  await db.check("c", [{ $out: { coll: "y" } }], []);
  assert.deepEqual(await db.documents("y"), DOCUMENTS);
});

testDatabase("$out keeps options and indexes, and obeys them", async (db) => {
  await db.insert("c", [{ _id: 1, k: 1 }, { _id: 2, k: 1 }]);
  await db.command({ create: "strict", validator: { k: { $lt: 5 } } });
  await db.createIndex("strict", { k: 1 }, { unique: true });
  await db.insert("strict", [{ _id: 7, k: 0 }]);
  const error = await db.aggregate("c", [{ $out: "strict" }]);
  assert.equal(error.code, 11000, error.errmsg);
  assert.match(
    error.errmsg,
    /^Executor error during aggregate command on namespace: \w+\.\w+ :: caused by :: E11000/,
  );
  await db.check("c", [{ $set: { k: 9 } }, { $limit: 1 }, { $out: "strict" }], [121]);
  // The old documents stay, and no temporary collection does.
  assert.deepEqual(await db.documents("strict"), [{ _id: 7, k: 0 }]);
  assert.deepEqual(await collections(db), ["c", "strict"]);
  const bypass = { bypassDocumentValidation: true };
  await db.check("c", [{ $set: { k: 9 } }, { $limit: 1 }, { $out: "strict" }], [], bypass);
  assert.deepEqual(await db.documents("strict"), [{ _id: 1, k: 9 }]);
  const { cursor } = await db.command({ listIndexes: "strict" });
  assert.deepEqual(cursor.firstBatch.map(({ name }: Document) => name), ["_id_", "k_1"]);
});

testDatabase("$out gives documents without an _id one", async (db) => {
  await db.insert("c", DOCUMENTS);
  await db.check("c", [{ $project: { _id: 0, a: 1 } }, { $out: "o" }], []);
  const written = await db.documents("o");
  assert.deepEqual(written.map(({ a }) => a), [1, 2]);
  assert.ok(written.every(({ _id }) => _id !== undefined));
  await db.check("c", [{ $set: { _id: 1 } }, { $out: "o" }], [11000]);
  assert.equal((await db.documents("o")).length, 2);
});

testDatabase("where $out may not write, and how it is explained", async (db) => {
  await db.insert("c", DOCUMENTS);
  await db.command({ create: "capped", capped: true, size: 4096 });
  await db.createView("v", "c", []);
  await db.check("c", [{ $out: "capped" }], [17152]);
  await db.check("c", [{ $out: "v" }], [166]);
  await db.check("c", [{ $out: { db: "admin", coll: "x" } }], [31321]);
  await db.check("c", [{ $out: { db: "local", coll: "x" } }], [31321]);
  for (const verbosity of ["queryPlanner", "executionStats"]) {
    const explained = await db.command({
      explain: { aggregate: "c", pipeline: [{ $out: "o" }], cursor: {} },
      verbosity,
    });
    assert.equal(explained.ok, 1, explained.errmsg);
  }
  assert.deepEqual(await collections(db), ["c", "capped", "v"]);
});

testTable("$out", [
  [[{ $out: 5 }], [], 16990],
  [[{ $out: [] }], [], 16990],
  [[{ $out: null }], [], 16990],
  [[{ $out: {} }], [], 40414],
  [[{ $out: { db: "d" } }], [], 40414],
  [[{ $out: { coll: 1 } }], [], 14],
  [[{ $out: { db: 1, coll: "c" } }], [], 14],
  [[{ $out: { coll: "c", x: 1 } }], [], 40415],
  [[{ $out: "" }], [], 73],
  [[{ $out: ".x" }], [], 73],
  [[{ $out: { db: "a b", coll: "c" } }], [], 73],
  [[{ $out: "system.x" }], [], 17385],
  [[{ $out: "a$b" }], [], 17385],
  [[{ $out: "x" }, { $match: {} }], [], 40601],
  [[{ $out: "x" }, { $out: "y" }], [], 40601],
]);

import assert from "node:assert/strict";
import { testDatabase } from "../database.ts";

testDatabase("$indexStats", async (db) => {
  await db.insert("c", [{ _id: 1, a: 1 }]);
  await db.createIndex("c", { a: 1 }, { unique: true });
  for (let i = 0; i < 3; i++) await db.command({ find: "c", filter: { a: 1 } });
  const [id, byA] = await db.results("c", [{ $indexStats: {} }, { $sort: { name: 1 } }]);
  assert.equal(id.name, "_id_");
  assert.deepEqual(Object.keys(byA), ["name", "key", "host", "accesses", "spec"]);
  assert.equal(byA.name, "a_1");
  assert.deepEqual(byA.key, { a: 1 });
  assert.match(byA.host, /:\d+$/);
  assert.equal(Number(byA.accesses.ops), 3);
  assert.ok(byA.accesses.since instanceof Date);
  assert.deepEqual(byA.spec, { v: 2, key: { a: 1 }, name: "a_1", unique: true });
  await db.check("nothing", [{ $indexStats: {} }], []);
  await db.check("c", [{ $indexStats: { x: 1 } }], [28803]);
  await db.check("c", [{ $indexStats: 1 }], [28803]);
  await db.check("c", [{ $match: {} }, { $indexStats: {} }], [40602]);
});

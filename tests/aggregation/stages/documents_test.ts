import { testDatabase } from "../database.ts";

testDatabase("$documents", async (db) => {
  await db.insert("c", [{ _id: 1 }]);
  const x = { let: { v: 5 } };
  await db.check(1, [{ $documents: [{ a: 1 }, { a: 2 }] }], [{ a: 1 }, { a: 2 }]);
  await db.check(1, [{ $documents: [] }], []);
  await db.check(1, [{ $documents: [{ a: { $add: [1, 2] } }] }], [{ a: 3 }]);
  await db.check(1, [{ $documents: { $map: { input: [1, 2], in: { n: "$$this" } } } }], [
    { n: 1 },
    { n: 2 },
  ]);
  await db.check(1, [{ $documents: [{ a: "$$v" }] }, { $set: { b: "$a" } }], [{ a: 5, b: 5 }], x);
  await db.check(1, [{ $documents: [{ a: 1 }] }, { $match: { a: 2 } }], []);
  await db.check(1, [{ $documents: 5 }], [5858203]);
  await db.check(1, [{ $documents: { a: 1 } }], [5858203]);
  await db.check(1, [{ $documents: [1] }], [40228]);
  await db.check(1, [{ $documents: [null] }], [40228]);
  await db.check(1, [{ $documents: [{ a: { $nope: 1 } }] }], [168]);
  await db.check(1, [{ $match: {} }, { $documents: [] }], [73]);
  await db.check(1, [{ $documents: [] }, { $documents: [] }], [40602]);
  await db.check("c", [{ $documents: [] }], [
    73,
    "'$documents' can only be run with {aggregate: 1}",
  ]);
});

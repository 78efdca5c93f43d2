import { testDatabase } from "../database.ts";

testDatabase("$planCacheStats has no plans to show", async (db) => {
  await db.insert("c", [{ _id: 1, a: 1 }]);
  await db.check("c", [{ $planCacheStats: {} }], []);
  await db.check("c", [{ $planCacheStats: { allHosts: false } }], []);
  await db.check("nothing", [{ $planCacheStats: {} }], [50933]);
  await db.check("c", [{ $planCacheStats: 1 }], [9]);
  await db.check("c", [{ $planCacheStats: { x: 1 } }], [40415]);
  await db.check("c", [{ $planCacheStats: { allHosts: 1 } }], [14]);
  await db.check("c", [{ $match: {} }, { $planCacheStats: {} }], [40602]);
});

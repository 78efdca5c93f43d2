import assert from "node:assert/strict";
import { UUID } from "bson";
import { Database, testDatabase } from "../database.ts";

testDatabase("$listLocalSessions and $listSessions", async (db) => {
  const id = new UUID();
  await db.command({ ping: 1, lsid: { id } });
  const config = new Database(db.harness, "config");
  for (const options of [{}, { allUsers: true }, { users: [] }]) {
    const [session] = await db.results(1, [{ $listLocalSessions: options }]);
    assert.equal(session._id.id.toString(), id.toString());
    assert.equal(session._id.uid.length(), 32);
    assert.ok(Math.abs(session.lastUse.getTime() - Date.now()) < 60_000);
    const [same] = await config.results("system.sessions", [{ $listSessions: options }]);
    assert.deepEqual(same._id, session._id);
  }
  for (const [name, target] of [["$listLocalSessions", db], ["$listSessions", config]] as const) {
    const collection = name === "$listSessions" ? "system.sessions" : 1;
    const check = (spec: unknown, code: number) =>
      target.check(collection, [{ [name]: spec }], [code]);
    await check(1, 14);
    await check({ allUsers: 1 }, 14);
    await check({ users: 1 }, 14);
    await check({ x: 1 }, 40415);
    await check({ allUsers: true, users: [{ user: "a", db: "b" }] }, 12);
  }
  await db.check("c", [{ $listLocalSessions: {} }], [73]);
  await db.check("c", [{ $listSessions: {} }], [
    73,
    "$listSessions may only be run against config.system.sessions",
  ]);
});

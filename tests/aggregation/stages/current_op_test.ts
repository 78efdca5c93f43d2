import assert from "node:assert/strict";
import { Database, testDatabase } from "../database.ts";

testDatabase("$currentOp", async (db) => {
  const admin = new Database(db.harness, "admin");
  const [own, ...others] = await admin.results(1, [{ $currentOp: {} }]);
  assert.deepEqual(others, []);
  assert.equal(own.type, "op");
  assert.equal(own.active, true);
  assert.equal(own.command.aggregate, 1);
  assert.match(own.desc, /^conn\d+$/);
  assert.equal(typeof own.opid, "number");

  await db.insert("c", Array.from({ length: 10 }, (_, _id) => ({ _id })));
  const { cursor } = await db.command({ find: "c", batchSize: 2 });
  const idle = await admin.results(1, [
    { $currentOp: { idleCursors: true, allUsers: true, localOps: true, targetAllNodes: false } },
    { $match: { type: "idleCursor" } },
  ]);
  assert.equal(idle.length, 1);
  assert.equal(idle[0].ns, "t.c");
  assert.equal(String(idle[0].cursor.cursorId), String(cursor.id));

  const connection = await db.harness.connect();
  await connection.command({ ping: 1, $db: "t" });
  const connections = await admin.results(1, [
    { $currentOp: { idleConnections: true } },
    { $match: { active: false } },
  ]);
  assert.ok(connections.length >= 1);
  connection[Symbol.dispose]();

  const object = "$currentOp options must be specified in an object, but found: int";
  await admin.check(1, [{ $currentOp: 1 }], [14, object]);
  await admin.check(1, [{ $currentOp: { allUsers: 1 } }], [14]);
  await admin.check(1, [{ $currentOp: { localOps: "x" } }], [14]);
  await admin.check(1, [{ $currentOp: { idleCursors: 1 } }], [9]);
  await admin.check(1, [{ $currentOp: { x: true } }], [
    9,
    "Unrecognized option 'x' in $currentOp stage.",
  ]);
  const place = "$currentOp must be run against the 'admin' database with {aggregate: 1}";
  await db.check(1, [{ $currentOp: {} }], [73, place]);
  await admin.check("c", [{ $currentOp: {} }], [73, place]);
});

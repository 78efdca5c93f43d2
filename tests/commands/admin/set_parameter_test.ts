import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";
import { withServer } from "../harness.ts";

Deno.test("setParameter changes a value and tells the old one", async () => {
  await using test = new TestServer();
  assert.equal((await test.command({ setParameter: 1, notablescan: true })).was, false);
  assert.equal((await test.command({ getParameter: 1, notablescan: 1 })).notablescan, true);
  assert.equal((await test.command({ setParameter: 1, nothing: 1 })).code, 72);
  assert.equal((await test.command({ setParameter: 1 })).code, 72);
});

Deno.test("notablescan refuses queries that have no index", async () => {
  const refused: [number, RegExp] = [
    291,
    /^error processing query: ns=t\.c.* No indexed plans available, and running with 'notablescan'$/s,
  ];
  await withServer(async (harness) => {
    await harness.check("t", [
      [{ insert: "c", documents: [{ _id: 1, a: 1, b: 1 }] }, {}],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1" }] }, {}],
    ]);
    await harness.check("config", [[{ insert: "c", documents: [{ _id: 1, b: 1 }] }, {}]]);
    await harness.check("admin", [[{ setParameter: 1, notablescan: true }, { was: false }]]);
    const deletes = [{ q: { b: 1 }, limit: 0 }];
    const updates = [{ q: { b: 1 }, u: { $set: { c: 1 } } }];
    await harness.check("t", [
      [{ find: "c", filter: { b: 1 } }, refused],
      [{ count: "c", query: { b: 1 } }, refused],
      [{ distinct: "c", key: "a", query: { b: 1 } }, refused],
      [{ aggregate: "c", pipeline: [{ $match: { b: 1 } }], cursor: {} }, refused],
      [{ delete: "c", deletes }, { writeErrors: [{ code: 291 }] }],
      [{ update: "c", updates }, { writeErrors: [{ code: 291 }] }],
      [{ explain: { find: "c", filter: { b: 1 } } }, refused],
      [
        { find: "c", filter: { b: 1 }, hint: { $natural: 1 } },
        [291, /hint \$natural is not allowed, because 'notablescan' is enabled$/],
      ],
      [{ find: "c", filter: { $or: [{ a: 1 }, { b: 1 }] } }, refused],
      [{ find: "c" }, { cursor: { firstBatch: [{ _id: 1 }] } }],
      [{ find: "c", filter: { a: 1, b: 1 } }, { cursor: { firstBatch: [{ _id: 1 }] } }],
      [{ find: "c", filter: { _id: 1 } }, { cursor: { firstBatch: [{ _id: 1 }] } }],
      [{ find: "nothing", filter: { b: 1 } }, { cursor: { firstBatch: [] } }],
    ]);
    await harness.check("config", [
      [{ find: "c", filter: { b: 1 } }, { cursor: { firstBatch: [{ _id: 1 }] } }],
    ]);
    await harness.check("admin", [[{ setParameter: 1, notablescan: false }, { was: true }]]);
    await harness.check("t", [
      [{ find: "c", filter: { b: 1 } }, { cursor: { firstBatch: [{ _id: 1 }] } }],
    ]);
  });
});

import { Long, UUID } from "bson";
import { NONE, withServer } from "../harness.ts";

// What update and delete share: every statement is parsed before the first one runs, counts of answers given again are
// added to those of new ones, and the reply ends with failures and repeated statement ids.

const lsid = { id: new UUID("00000000-0000-4000-8000-000000000001") };

Deno.test("a malformed statement fails the command with nothing done", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1 }, { _id: 2 }] }, { n: 2 }],
      [{ delete: "c", deletes: [{ q: { _id: 1 }, limit: 1 }, { q: {}, limit: 7 }] }, [9, /limit/]],
      [{ delete: "c", deletes: [{ q: { _id: 1 }, limit: 1 }, { q: 5, limit: 1 }] }, [14, /q/]],
      [
        { update: "c", updates: [{ q: { _id: 1 }, u: { $set: { a: 1 } } }, { q: {}, u: 5 }] },
        [9, /./],
      ],
      [{ count: "c", query: { a: { $exists: false } } }, { n: 2 }],
    ]);
  });
});

Deno.test("statements done before and new ones are counted together", async () => {
  await withServer(async (server) => {
    const retryable = (number: number) => ({ lsid, txnNumber: Long.fromNumber(number) });
    const inc = (id: number) => ({ q: { _id: id }, u: { $inc: { a: 1 } }, upsert: id === 9 });
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1, a: 0 }, { _id: 2, a: 0 }] }, { n: 2 }],
      [
        { update: "c", updates: [inc(1), inc(9)], stmtIds: [0, 1], ...retryable(1) },
        { n: 2, nModified: 1, upserted: [{ index: 1, _id: 9 }], retriedStmtIds: NONE },
      ],
      [
        { update: "c", updates: [inc(9), inc(2)], stmtIds: [1, 2], ...retryable(1) },
        { n: 2, nModified: 1, upserted: [{ index: 0, _id: 9 }], retriedStmtIds: [1] },
      ],
      [{ count: "c", query: { a: 1 } }, { n: 3 }],
      [
        {
          delete: "c",
          deletes: [{ q: { _id: 1 }, limit: 1 }, { q: { _id: { $bad: 1 } }, limit: 1 }],
          ...retryable(2),
        },
        { n: 1, writeErrors: [{ index: 1, code: 2, errmsg: "unknown operator: $bad" }] },
      ],
      [
        { delete: "c", deletes: [{ q: { _id: 1 }, limit: 1 }], ...retryable(2) },
        { n: 1, retriedStmtIds: [0] },
      ],
    ]);
  });
});

import assert from "node:assert/strict";
import { type Document, serialize, UUID } from "bson";
import { opMsg } from "../../server/test_server.ts";
import { type Harness, retryable, withServer } from "../harness.ts";

async function configure(server: Harness, mode: unknown, data?: Document): Promise<void> {
  await server.check("admin", [[
    { configureFailPoint: "onPrimaryTransactionalWrite", mode, data },
    { ok: 1 },
  ]]);
}

/** Sends a command on a connection of its own that the server is to close without an answer. */
async function losesConnection(server: Harness, command: Document): Promise<boolean> {
  using client = await server.connect();
  await client.send(opMsg(serialize({ ...command, $db: "t" })));
  return await client.isClosed();
}

const WRITES: readonly Document[] = [
  { insert: "c", documents: [{ _id: 3, x: 1 }] },
  { update: "c", updates: [{ q: { _id: 1 }, u: { $inc: { x: 1 } } }] },
  { update: "c", updates: [{ q: { x: 7 }, u: { $inc: { x: 1 } }, upsert: true }] },
  { delete: "c", deletes: [{ q: { _id: 1 }, limit: 1 }] },
  { findAndModify: "c", query: { x: 2 }, update: { $inc: { x: 1 } } },
  { findAndModify: "c", query: { _id: 1 }, remove: true },
];

for (const write of WRITES) {
  const name = Object.keys(write)[0];
  Deno.test(`${name}: an answer lost after the commit is given to the retry`, async () => {
    await withServer(async (server) => {
      await server.check("t", [[
        { insert: "c", documents: [{ _id: 1, x: 1 }, { _id: 2, x: 2 }] },
        {},
      ]]);
      const numbered = { ...write, ...retryable(1) };
      await configure(server, { times: 1 });
      assert.equal(await losesConnection(server, numbered), true);
      const written = await server.documents("t", "c");
      const again = await server.command("t", numbered);
      assert.equal(again.ok, 1, again.errmsg);
      assert.deepEqual(again.retriedStmtIds ?? [again.retriedStmtId], [0]);
      assert.deepEqual(await server.documents("t", "c"), written, "done once");
    }, { enableTestCommands: true });
  });

  Deno.test(`${name}: failBeforeCommitExceptionCode takes the write back`, async () => {
    await withServer(async (server) => {
      await server.check("t", [[
        { insert: "c", documents: [{ _id: 1, x: 1 }, { _id: 2, x: 2 }] },
        {},
      ]]);
      const numbered = { ...write, ...retryable(1) };
      await configure(server, "alwaysOn", { failBeforeCommitExceptionCode: 1 });
      assert.equal(await losesConnection(server, numbered), true);
      await configure(server, "alwaysOn", {
        closeConnection: false,
        failBeforeCommitExceptionCode: 5,
      });
      const failed = await server.command("t", numbered);
      const error = failed.writeErrors?.[0] ?? failed;
      assert.equal(error.code, 5);
      assert.match(error.errmsg, /due to failpoint. The write must not be reflected.$/);
      assert.deepEqual(await server.documents("t", "c"), [{ _id: 1, x: 1 }, { _id: 2, x: 2 }]);
      await configure(server, "off");
      const { retriedStmtIds, ok } = await server.command("t", numbered);
      assert.deepEqual([ok, retriedStmtIds], [1, undefined]);
    }, { enableTestCommands: true });
  });
}

Deno.test("writes without a transaction number do not meet the fail point", async () => {
  await withServer(async (server) => {
    await configure(server, "alwaysOn");
    await server.check("t", [[{ insert: "c", documents: [{ _id: 1 }] }, { n: 1 }]]);
  }, { enableTestCommands: true });
});

Deno.test("every inserted document meets the fail point", async () => {
  await withServer(async (server) => {
    await configure(server, { skip: 3 }, {
      failBeforeCommitExceptionCode: 5,
      closeConnection: false,
    });
    const insert = (...ids: number[]) => ({ insert: "c", documents: ids.map((_id) => ({ _id })) });
    const session = new UUID();
    await server.check("t", [
      [{ ...insert(1, 2, 3), ...retryable(1, session) }, { n: 3 }],
      [{ ...insert(4), ...retryable(2, session) }, { n: 0, writeErrors: [{ index: 0, code: 5 }] }],
    ]);
  }, { enableTestCommands: true });
});

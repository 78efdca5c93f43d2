import assert from "node:assert/strict";
import { Long, serialize, UUID } from "bson";
import { opMsg } from "../../server/test_server.ts";
import { type Harness, withServer } from "../harness.ts";

const EXHAUST_ALLOWED = 1 << 16;
const MORE_TO_COME = 2;
const DOCUMENTS = Array.from({ length: 300 }, (_, i) => ({ _id: i }));

async function open(server: Harness, options: Record<string, unknown> = {}): Promise<Long> {
  const reply = await server.command("t", { find: "c", batchSize: 2, ...options });
  assert.equal(reply.ok, 1, reply.errmsg);
  return Long.fromString(String(reply.cursor.id));
}

Deno.test("getMore goes on where the batch before ended", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: DOCUMENTS }, { n: 300 }]]);
    const id = await open(server);
    await server.check("t", [
      [{ getMore: id, collection: "c", batchSize: 3 }, {
        cursor: { nextBatch: [{ _id: 2 }, { _id: 3 }, { _id: 4 }], ns: "t.c" },
      }],
    ]);
    const rest = await server.command("t", { getMore: id, collection: "c" });
    assert.equal(rest.cursor.nextBatch.length, 295);
    assert.equal(String(rest.cursor.id), "0");
    await server.check("t", [[{ getMore: id, collection: "c" }, [
      43,
      `cursor id ${id} not found`,
    ]]]);
  });
});

Deno.test("the first batch has 101 documents, with batchSize 0 none", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: DOCUMENTS }, { n: 300 }]]);
    const first = await server.command("t", { find: "c" });
    assert.equal(first.cursor.firstBatch.length, 101);
    const empty = await server.command("t", { find: "c", batchSize: 0 });
    assert.deepEqual(empty.cursor.firstBatch, []);
    assert.notEqual(String(empty.cursor.id), "0");
    const single = await server.command("t", { find: "c", batchSize: 3, singleBatch: true });
    assert.equal(single.cursor.firstBatch.length, 3);
    assert.equal(String(single.cursor.id), "0");
    const limited = await server.command("t", { find: "c", batchSize: 5, limit: 5 });
    assert.equal(String(limited.cursor.id), "0");
    const whole = await server.command("t", { find: "c", batchSize: 300 });
    assert.notEqual(String(whole.cursor.id), "0"); // nobody has seen the end yet
  });
});

Deno.test("batches stop at 16 MB", async () => {
  await withServer(async (server) => {
    const text = "x".repeat(3_000_000);
    for (let i = 0; i < 8; i++) {
      await server.check("t", [[{ insert: "c", documents: [{ _id: i, text }] }, { n: 1 }]]);
    }
    const first = await server.command("t", { find: "c" });
    assert.equal(first.cursor.firstBatch.length, 5);
    const id = Long.fromString(String(first.cursor.id));
    const rest = await server.command("t", { getMore: id, collection: "c" });
    assert.equal(rest.cursor.nextBatch.length, 3);
  });
});

Deno.test("getMore refuses a wrong collection, session and maxTimeMS, and the cursor lives on", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: DOCUMENTS }, { n: 300 }]]);
    const id = await open(server);
    await server.check("t", [
      [{ getMore: id, collection: "d" }, [13, /Requested getMore on namespace 't.d'/]],
      [{ getMore: id, collection: "c", lsid: { id: new UUID() } }, [50736, /session/]],
      [{ getMore: id, collection: "c", batchSize: -1 }, [2, /batchSize/]],
      [{ getMore: 5, collection: "c" }, [14, /wrong type 'int', expected type 'long'/]],
      [{ getMore: id, collection: "" }, [73, /Collection names cannot be empty/]],
      [{ getMore: id, collection: "c", maxTimeMS: 10 }, [2, /non-awaitData cursor/]],
      [{ getMore: id, collection: "c", batchSize: 1 }, { cursor: { nextBatch: [{ _id: 2 }] } }],
    ]);
  });
});

Deno.test("a tailable cursor waits for inserts, one on an empty collection is dead", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ create: "c", capped: true, size: 100_000 }, {}],
      [{ find: "c", tailable: true }, { cursor: { firstBatch: [] } }],
    ]);
    assert.equal(String((await server.command("t", { find: "c", tailable: true })).cursor.id), "0");
    await server.check("t", [[{ insert: "c", documents: [{ _id: 1 }] }, { n: 1 }]]);
    const first = await server.command("t", { find: "c", tailable: true, awaitData: true });
    assert.deepEqual(first.cursor.firstBatch, [{ _id: 1 }]);
    const id = Long.fromString(String(first.cursor.id));
    const startedAt = performance.now();
    await server.check("t", [
      [{ getMore: id, collection: "c", maxTimeMS: 100 }, { cursor: { nextBatch: [] } }],
    ]);
    assert.ok(performance.now() - startedAt >= 90);
    const other = await server.connect();
    const waiting = server.command("t", { getMore: id, collection: "c", maxTimeMS: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await server.client.db("t").collection<{ _id: number }>("c").insertOne({ _id: 2 });
    const next = await waiting;
    assert.deepEqual(next.cursor.nextBatch, [{ _id: 2 }]);
    other[Symbol.dispose]();
  });
});

Deno.test("an exhaust getMore is answered by all batches at once", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: DOCUMENTS }, { n: 300 }]]);
    const id = await open(server);
    using client = await server.connect();
    const body = serialize({ getMore: id, collection: "c", batchSize: 100, $db: "t" });
    await client.send(opMsg(body, EXHAUST_ALLOWED));
    const counts: number[] = [];
    for (;;) {
      const { document, flags } = await client.read();
      assert.equal(document.ok, 1, document.errmsg);
      counts.push(document.cursor.nextBatch.length);
      assert.equal((flags & MORE_TO_COME) !== 0, String(document.cursor.id) !== "0");
      if ((flags & MORE_TO_COME) === 0) break;
    }
    assert.deepEqual(counts, [100, 100, 98]);
    await client.send(opMsg(body, EXHAUST_ALLOWED));
    const failed = await client.read();
    assert.deepEqual([failed.document.code, failed.flags], [43, 0]);
  });
});

Deno.test("the time a find was given is left to its getMores, but not to waiting for data", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 300 }],
      [{ create: "cap", capped: true, size: 4096 }, {}],
      [{ insert: "cap", documents: [{ _id: 1 }] }, { n: 1 }],
    ]);
    const limited = await open(server, { maxTimeMS: 10_000 });
    const free = await open(server);
    const tail = await open(server, {
      find: "cap",
      tailable: true,
      awaitData: true,
      maxTimeMS: 20,
    });
    const timeOut = { configureFailPoint: "maxTimeAlwaysTimeOut" };
    await server.check("admin", [[{ ...timeOut, mode: "alwaysOn" }, {}]]);
    await server.check("t", [
      [{ getMore: limited, collection: "c" }, [50, "operation exceeded time limit"]],
      [{ getMore: limited, collection: "c" }, [43, /not found/]],
      [{ getMore: free, collection: "c", batchSize: 1 }, { cursor: { nextBatch: [{ _id: 2 }] } }],
      [{ getMore: tail, collection: "cap" }, { cursor: { nextBatch: [] } }],
    ]);
    await server.check("admin", [[{ ...timeOut, mode: "off" }, {}]]);
  }, { enableTestCommands: true });
});

Deno.test("getMore tells of a dropped and of a renamed collection: 175", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: DOCUMENTS }, { n: 300 }]]);
    const renamed = await open(server);
    await server.check("admin", [[{ renameCollection: "t.c", to: "t.d" }, {}]]);
    await server.check("t", [
      [
        { getMore: renamed, collection: "c" },
        [175, /^collection renamed from 't.c' to 't.d'. UUID /],
      ],
      [{ getMore: renamed, collection: "c" }, [43, /not found/]],
    ]);
    const first = await server.command("t", { find: "d", sort: { v: 1 }, batchSize: 2 });
    const dropped = Long.fromString(String(first.cursor.id));
    await server.check("t", [
      [{ drop: "d" }, { nIndexesWas: 1 }],
      [{ getMore: dropped, collection: "d" }, [175, /^collection dropped. UUID /]],
    ]);
  });
});

Deno.test("a tailable cursor whose filter matches nothing yet lives on", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ create: "c", capped: true, size: 100_000 }, {}],
      [{ insert: "c", documents: [{ _id: 1 }] }, { n: 1 }],
    ]);
    const first = await server.command("t", { find: "c", filter: { v: 1 }, tailable: true });
    const id = Long.fromString(String(first.cursor.id));
    assert.notEqual(String(id), "0");
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 2 }, { _id: 3, v: 1 }] }, { n: 2 }],
      [{ getMore: id, collection: "c" }, { cursor: { nextBatch: [{ _id: 3, v: 1 }] } }],
    ]);
  });
});

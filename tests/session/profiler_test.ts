import assert from "node:assert/strict";
import type { Document } from "bson";
import { type Harness, withServer } from "../commands/harness.ts";
import type { LogRecord } from "../../src/log.ts";
import { jsonLine } from "../../src/log.ts";

const DOCUMENTS = Array.from({ length: 300 }, (_, i) => ({ _id: i, a: i % 30, b: i }));

async function prepare(harness: Harness): Promise<void> {
  await harness.check("test", [
    [{ insert: "c", documents: DOCUMENTS }, { n: 300 }],
    [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1" }] }, {}],
    [{ profile: 2 }, {}],
  ]);
}

const update = (q: Document, u: Document, more: Document = {}): Document => ({
  update: "c",
  updates: [{ q, u, ...more }],
});

/** A command and what its document must show; the `execStats` by the name of its first stage. */
const SHAPES: ReadonlyArray<readonly [Document, Document]> = [
  [{ find: "c", filter: { a: 3 } }, {
    op: "query",
    keysExamined: 10,
    docsExamined: 10,
    nreturned: 10,
    cursorExhausted: true,
    planSummary: "IXSCAN { a: 1 }",
    execStats: "FETCH",
  }],
  [{ find: "c", filter: { b: { $gte: 290 } }, sort: { b: -1 } }, {
    op: "query",
    docsExamined: 300,
    keysExamined: 0,
    nreturned: 10,
    hasSortStage: true,
    planSummary: "COLLSCAN",
    execStats: "SORT",
  }],
  [{ find: "c", filter: { _id: 3 } }, {
    op: "query",
    keysExamined: 1,
    docsExamined: 1,
    nreturned: 1,
    planSummary: "EXPRESS_IXSCAN { _id: 1 }",
    execStats: "EXPRESS_IXSCAN",
  }],
  [{ find: "nothing", filter: { a: 1 } }, { op: "query", nreturned: 0, planSummary: "EOF" }],
  [{ find: "c", filter: { $no: 1 } }, {
    op: "query",
    ok: 0,
    errCode: 2,
    errName: "BadValue",
    errMsg: "unknown top level operator: $no. If you have a field name that starts with a '$' " +
      "symbol, consider using $getField or $setField.",
    planSummary: undefined,
  }],
  [{ aggregate: "c", pipeline: [{ $match: { a: 2 } }, { $group: { _id: "$b" } }], cursor: {} }, {
    op: "command",
    keysExamined: 10,
    docsExamined: 10,
    nreturned: 10,
    hasSortStage: undefined,
    planSummary: "IXSCAN { a: 1 }",
  }],
  [
    { aggregate: "c", pipeline: [{ $group: { _id: "$b" } }, { $sort: { _id: 1 } }], cursor: {} },
    { op: "command", docsExamined: 300, hasSortStage: true, cursorExhausted: undefined },
  ],
  [{ count: "c" }, { op: "command", docsExamined: 0, planSummary: "RECORD_STORE_FAST_COUNT" }],
  [{ count: "c", query: { a: 1 } }, {
    op: "command",
    keysExamined: 10,
    docsExamined: 0,
    planSummary: "COUNT_SCAN { a: 1 }",
    execStats: "COUNT_SCAN",
  }],
  [{ distinct: "c", key: "b", query: { a: 1 } }, {
    op: "command",
    keysExamined: 10,
    planSummary: "IXSCAN { a: 1 }",
  }],
  [{ insert: "c", documents: [{ _id: 1000 }, { _id: 1001 }] }, { op: "insert", ninserted: 2 }],
  [update({ _id: 5 }, { $set: { x: 1 } }), {
    op: "update",
    command: { q: { _id: 5 }, u: { $set: { x: 1 } }, multi: false, upsert: false },
    keysExamined: 1,
    docsExamined: 1,
    nMatched: 1,
    nModified: 1,
    planSummary: "EXPRESS_IXSCAN { _id: 1 },EXPRESS_UPDATE",
    execStats: "EXPRESS_UPDATE",
  }],
  [update({ a: 5 }, { $set: { x: 1 } }, { multi: true }), {
    op: "update",
    keysExamined: 10,
    nMatched: 10,
    nModified: 10,
    planSummary: "IXSCAN { a: 1 }",
    execStats: "UPDATE",
  }],
  [update({ a: 777 }, { $set: { x: 1 } }, { upsert: true }), {
    op: "update",
    keysExamined: 0,
    nMatched: 0,
    nModified: 0,
    upsert: true,
    nUpserted: 1,
  }],
  [update({ _id: 5 }, { $set: { _id: 6 } }), {
    op: "update",
    errCode: 66,
    errName: "ImmutableField",
  }],
  [{ delete: "c", deletes: [{ q: { a: 29 }, limit: 0 }] }, {
    op: "remove",
    command: { q: { a: 29 }, limit: 0 },
    ndeleted: 10,
    keysExamined: 10,
    planSummary: "IXSCAN { a: 1 }",
    execStats: "BATCHED_DELETE",
  }],
  [{ delete: "c", deletes: [{ q: { _id: 7 }, limit: 1 }] }, {
    op: "remove",
    ndeleted: 1,
    planSummary: "EXPRESS_IXSCAN { _id: 1 },EXPRESS_DELETE",
  }],
  [{ findAndModify: "c", query: { a: 4 }, update: { $set: { y: 1 } } }, {
    op: "command",
    nMatched: 1,
    nModified: 1,
    planSummary: "IXSCAN { a: 1 }",
    execStats: "UPDATE",
  }],
  [{ findAndModify: "c", query: { _id: 8 }, remove: true }, {
    op: "command",
    ndeleted: 1,
    docsExamined: 1,
    planSummary: "EXPRESS_IXSCAN { _id: 1 },EXPRESS_DELETE",
  }],
];

async function lastProfile(harness: Harness, filter: Document = {}): Promise<Document> {
  const reply = await harness.command("test", {
    find: "system.profile",
    filter: { ns: { $ne: "test.system.profile" }, ...filter },
    sort: { $natural: -1 },
    limit: 1,
  });
  return reply.cursor.firstBatch[0];
}

for (const [command, expected] of SHAPES) {
  Deno.test(`level 2 profiles ${JSON.stringify(command).slice(0, 90)}`, async () => {
    await withServer(async (harness) => {
      await prepare(harness);
      await harness.command("test", command);
      const document = await lastProfile(harness);
      for (const [name, value] of Object.entries(expected)) {
        const actual = name === "execStats" ? document.execStats.stage : document[name];
        assert.deepEqual(actual, value, `${name} in ${JSON.stringify(document)}`);
      }
      assert.equal(document.ns, `test.${Object.values(command)[0]}`);
      assert.ok(document.ts instanceof Date);
      assert.deepEqual([document.client, document.user, document.allUsers], ["127.0.0.1", "", []]);
      assert.equal(typeof document.millis, "number");
      if (document.nreturned !== undefined) {
        assert.ok(document.responseLength > 100);
        assert.equal(document.protocol, "op_msg");
        assert.equal(document.command.$db, "test");
      }
    });
  });
}

Deno.test("a getMore shows its own work and the command that opened the cursor", async () => {
  await withServer(async (harness) => {
    await prepare(harness);
    const find = { find: "c", filter: { a: { $lt: 20 } }, batchSize: 120 };
    const { cursor } = await harness.command("test", find);
    const opened = await lastProfile(harness, { op: "query" });
    assert.equal(String(opened.cursorid), String(cursor.id));
    assert.equal(opened.cursorExhausted, undefined);
    await harness.command("test", { getMore: cursor.id, collection: "c" });
    const { originatingCommand, ...document } = await lastProfile(harness, { op: "getmore" });
    assert.deepEqual(originatingCommand, { ...find, $db: "test" });
    assert.equal(String(document.cursorid), String(cursor.id));
    assert.equal(document.ns, "test.c");
    assert.equal(document.planSummary, "IXSCAN { a: 1 }");
    assert.deepEqual([document.nreturned, document.cursorExhausted], [80, true]);
    assert.equal(opened.keysExamined + document.keysExamined, 200);
    assert.equal(opened.planCacheShapeHash, document.planCacheShapeHash);
    assert.match(document.queryHash, /^[0-9A-F]{8}$/);
  });
});

Deno.test("statements of one command are profiled one by one", async () => {
  await withServer(async (harness) => {
    await prepare(harness);
    await harness.command("test", {
      update: "c",
      ordered: false,
      updates: [
        { q: { a: 1 }, u: { $set: { s: 1 } } },
        { q: { _id: 2 }, u: { $set: { _id: 3 } } },
        { q: { b: 3 }, u: { $set: { s: 1 } }, multi: true },
      ],
    });
    const rows = await harness.documents("test", "system.profile");
    assert.deepEqual(
      rows.map(({ op, nMatched, planSummary, errCode }) => [op, nMatched, planSummary, errCode]),
      [
        ["update", 1, "IXSCAN { a: 1 }", undefined],
        ["update", 0, "EXPRESS_IXSCAN { _id: 1 },EXPRESS_UPDATE", 66],
        ["update", 1, "COLLSCAN", undefined],
      ],
    );
  });
});

Deno.test("a long command is shown by its beginning", async () => {
  await withServer(async (harness) => {
    await prepare(harness);
    const long = "x".repeat(60_000);
    await harness.command("test", { find: "c", filter: { a: long }, comment: "me" });
    const { command } = await lastProfile(harness, { op: "query" });
    assert.deepEqual(Object.keys(command), ["$truncated", "comment"]);
    assert.equal(command.$truncated.length, 50 * 1024);
    assert.match(command.$truncated, /^\{ find: "c", filter: \{ a: "xxx.*\.\.\.$/);
  });
});

Deno.test("the collection forgets its oldest documents", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ create: "system.profile", capped: true, size: 20_000 }, {}],
      [{ profile: 2 }, {}],
    ]);
    for (let i = 0; i < 100; i++) await harness.command("test", { count: "c", comment: i });
    await harness.check("test", [[{ profile: 0 }, {}]]);
    const rows = await harness.documents("test", "system.profile");
    const comments = rows.map(({ command }) => command.comment);
    assert.ok(comments.length > 20 && comments.length < 90, String(comments.length));
    assert.deepEqual(comments, Array.from(comments, (_, i) => 100 - comments.length + i));
    const valid = await harness.command("test", { validate: "system.profile", full: true });
    assert.equal(valid.valid, true, JSON.stringify(valid));
  });
});

Deno.test("waiting for data does not make a getMore slow", async () => {
  const records: LogRecord[] = [];
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ create: "log", capped: true, size: 4096 }, {}],
      [{ insert: "log", documents: [{}] }, {}],
      [{ profile: 1, slowms: 60 }, {}],
    ]);
    const { cursor } = await harness.command("test", {
      find: "log",
      tailable: true,
      awaitData: true,
    });
    await harness.check("test", [
      [{ getMore: cursor.id, collection: "log", maxTimeMS: 150 }, { cursor: { nextBatch: [] } }],
    ]);
    assert.ok(!records.some(({ message }) => message === "Slow query"));
  }, { logLevel: "INFO", logSink: (record) => records.push(record) });
});

Deno.test("a slow operation is logged with mongod's names, also in getLog", async () => {
  const records: LogRecord[] = [];
  await withServer(async (harness) => {
    await prepare(harness);
    await harness.check("test", [
      [{ profile: 0, slowms: -1 }, {}],
      [{ find: "c", filter: { a: 3 }, comment: "slow one" }, {}],
      [{ profile: 0, slowms: 10_000 }, {}],
      [{ find: "c", filter: { a: 3 }, comment: "fast one" }, {}],
    ]);
    const slow = records.filter(({ message }) => message === "Slow query");
    const record = slow.find(({ attributes }) =>
      (attributes.command as Document).comment === "slow one"
    )!;
    const { durationMillis, remote, planCacheKey, planCacheShapeHash, queryHash, ...rest } =
      record.attributes;
    assert.match(String(planCacheKey), /^[0-9A-F]{8}$/);
    assert.equal(typeof durationMillis, "number");
    assert.match(String(remote), /^127\.0\.0\.1:\d+$/);
    assert.equal(queryHash, planCacheShapeHash);
    assert.deepEqual(rest, {
      type: "command",
      ns: "test.c",
      command: { find: "c", filter: { a: 3 }, comment: "slow one", $db: "test" },
      planSummary: "IXSCAN { a: 1 }",
      keysExamined: 10,
      docsExamined: 10,
      cursorExhausted: true,
      numYields: rest.numYields,
      nreturned: 10,
      queryFramework: "classic",
      locks: {},
      reslen: rest.reslen,
      protocol: "op_msg",
    });
    const line = JSON.parse(jsonLine(record));
    assert.deepEqual([line.s, line.c, line.id, line.msg], ["I", "COMMAND", 51803, "Slow query"]);
    assert.match(line.ctx, /^conn\d+$/);
    assert.ok(!JSON.stringify(slow).includes("fast one"));
    const { log } = await harness.command("admin", { getLog: "global" });
    assert.ok(log.some((text: string) => text.includes("slow one") && text.includes("51803")));
    assert.ok(records.some(({ message }) => message === "Profiler settings changed"));
  }, { logLevel: "INFO", logSink: (record) => records.push(record) });
});

Deno.test("the profiler tells who chose the plan, under the hashes that explain shows", async () => {
  await withServer(async (harness) => {
    await prepare(harness);
    await harness.check("test", [
      [{ profile: 0 }, {}],
      [{ createIndexes: "c", indexes: [{ key: { b: 1 }, name: "b_1" }] }, {}],
      [{ profile: 2 }, {}],
    ]);
    const find = { find: "c", filter: { a: { $gte: 3 }, b: { $lt: 40 } } };
    for (let i = 0; i < 3; i++) await harness.check("test", [[find, {}]]);
    const reply = await harness.command("test", {
      find: "system.profile",
      filter: { "command.find": "c" },
    });
    const rows = reply.cursor.firstBatch;
    assert.equal(rows.length, 3);
    assert.equal(rows[0].fromMultiPlanner, true);
    assert.equal(rows[0].planSummary, "IXSCAN { b: 1 }");
    assert.deepEqual([rows[2].fromPlanCache, rows[2].fromMultiPlanner], [true, undefined]);
    const { queryPlanner } = await harness.command("test", { explain: find });
    for (const row of rows) {
      assert.equal(row.planCacheShapeHash, queryPlanner.planCacheShapeHash);
      assert.equal(row.planCacheKey, queryPlanner.planCacheKey);
    }
  });
});

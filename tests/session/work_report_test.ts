import assert from "node:assert/strict";
import { serialize } from "bson";
import { Operation } from "../../src/session/operation.ts";
import { newStatistics, type PlanNode } from "../../src/plan/node.ts";
import { reportOf, statementReport, type WorkReport } from "../../src/session/work_report.ts";

function operation(commandName: string, holder?: Operation["holder"]): Operation {
  const made = new Operation(1, undefined);
  made.commandName = commandName;
  if (holder !== undefined) made.use(holder);
  return made;
}

function plan(keys: number, documents: number) {
  const root: PlanNode = {
    stage: "COLLSCAN",
    forward: true,
    filter: undefined,
    tailable: false,
    statistics: { ...newStatistics(), keysExamined: keys, docsExamined: documents },
  };
  return { plan: { root, summary: "COLLSCAN" } };
}

/** Command, reply, and what is read out of it. */
const REPLIES: ReadonlyArray<readonly [string, object, Partial<WorkReport>]> = [
  ["find", { cursor: { firstBatch: [{}, {}], id: 0n, ns: "d.c" }, ok: 1 }, {
    returned: 2,
    cursorExhausted: true,
    cursorId: undefined,
  }],
  ["getMore", { cursor: { nextBatch: [], id: 7n, ns: "d.c" }, ok: 1 }, {
    returned: 0,
    cursorExhausted: false,
    cursorId: 7n,
  }],
  ["insert", { n: 3, ok: 1 }, { inserted: 3, returned: undefined }],
  ["delete", { n: 2, ok: 1 }, { deleted: 2 }],
  ["update", { n: 3, nModified: 1, upserted: [{ index: 0, _id: 1 }], ok: 1 }, {
    matched: 2,
    modified: 1,
    upserted: 1,
  }],
  ["findAndModify", { lastErrorObject: { n: 1, updatedExisting: true }, ok: 1 }, {
    matched: 1,
    modified: 1,
    deleted: undefined,
  }],
  ["findAndModify", { lastErrorObject: { n: 1, updatedExisting: false, upserted: 5 }, ok: 1 }, {
    matched: 0,
    upserted: 1,
  }],
  ["findAndModify", { lastErrorObject: { n: 1 }, ok: 1 }, { deleted: 1, matched: undefined }],
  ["count", { n: 5, ok: 1 }, { returned: undefined }],
  ["find", { ok: 0, errmsg: "no", code: 2, codeName: "BadValue" }, {
    error: { code: 2, codeName: "BadValue", message: "no" },
  }],
];
for (const [command, reply, expected] of REPLIES) {
  Deno.test(`the figures in ${command}'s ${Deno.inspect(reply, { breakLength: 200 })}`, () => {
    const report = reportOf(operation(command), serialize(reply));
    assert.deepEqual(report, { ...report, ...expected });
  });
}

Deno.test("plans used one after the other are added up; without one nothing was examined", () => {
  const update = operation("update", plan(1, 2));
  update.use(plan(10, 20));
  const report = reportOf(update, serialize({ n: 1, nModified: 1, ok: 1 }));
  assert.deepEqual([report.keysExamined, report.documentsExamined], [11, 22]);
  assert.deepEqual([report.planSummary, report.root?.stage], ["COLLSCAN", "UPDATE"]);
  const ping = reportOf(operation("ping"), serialize({ ok: 1 }));
  assert.deepEqual([ping.keysExamined, ping.planSummary, ping.root], [undefined, "", undefined]);
  assert.equal(reportOf(operation("ping"), undefined).error, undefined);
});

Deno.test("a cursor's earlier work is not counted again", () => {
  const getMore = operation("getMore", plan(30, 40));
  getMore.cursor = { id: 9n, keysBefore: 10, documentsBefore: 15, options: {} };
  const reply = serialize({ cursor: { nextBatch: [{}], id: 0n, ns: "d.c" }, ok: 1 });
  const report = reportOf(getMore, reply);
  assert.deepEqual([report.keysExamined, report.documentsExamined], [20, 25]);
  assert.deepEqual([report.cursorId, report.cursorExhausted], [9n, true]);
});

Deno.test("a statement found by its _id", () => {
  const note = {
    document: new Uint8Array(),
    holder: { id: 1 },
    tookMs: 1,
    matched: 1,
    modified: undefined,
    upserted: 0,
    error: undefined,
  };
  const report = statementReport(note);
  assert.equal(report.planSummary, "EXPRESS_IXSCAN { _id: 1 },EXPRESS_DELETE");
  assert.deepEqual([report.deleted, report.matched, report.keysExamined], [1, undefined, 1]);
  assert.equal(report.root?.stage, "EXPRESS_DELETE");
});

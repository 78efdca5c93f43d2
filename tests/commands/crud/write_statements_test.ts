import assert from "node:assert/strict";
import { deserialize, Long, serialize } from "bson";
import { BsonWriter } from "../../../src/bson/encode.ts";
import { CommandError } from "../../../src/error.ts";
import { ArgumentPlan, parseArguments } from "../../../src/commands/arguments.ts";
import {
  checkBatchSize,
  endsCommand,
  statementIds,
  writeFailures,
  writeRetried,
} from "../../../src/commands/crud/write_statements.ts";

const PLAN = new ArgumentPlan("insert", {
  stmtId: { type: "exactInt" },
  stmtIds: { type: "array" },
});

function ids(fields: Record<string, unknown>, count: number): number[] {
  const args = parseArguments(PLAN, serialize({ insert: "c", ...fields }));
  const idOf = statementIds(args, count);
  return Array.from({ length: count }, (_, i) => idOf(i));
}

Deno.test("statement ids are given one by one, or count from the first", () => {
  assert.deepEqual(ids({}, 3), [0, 1, 2]);
  assert.deepEqual(ids({ stmtId: 5 }, 2), [5, 6]);
  assert.deepEqual(ids({ stmtIds: [4, Long.fromNumber(9)] }, 2), [4, 9]);
  assert.throws(() => ids({ stmtIds: [1] }, 2), { code: 16 });
  assert.throws(() => ids({ stmtId: 1, stmtIds: [1] }, 1), { code: 72 });
});

Deno.test("a batch has 1 to 100,000 statements", () => {
  checkBatchSize(1);
  checkBatchSize(100_000);
  assert.throws(() => checkBatchSize(0), { code: 16 });
  assert.throws(() => checkBatchSize(100_001), { code: 16 });
});

function written(write: (writer: BsonWriter) => void): Record<string, unknown> {
  const writer = new BsonWriter();
  writer.startDocument();
  write(writer);
  writer.end();
  return deserialize(writer.bytes());
}

Deno.test("failures are listed with code, text and details", () => {
  assert.deepEqual(written((writer) => writeFailures(writer, [])), {});
  const info = serialize({ keyValue: { a: 1 } });
  const reply = written((writer) =>
    writeFailures(writer, [
      { index: 1, error: new CommandError(11000, "E11000", { info }) },
      { index: 4, error: new CommandError(2, "bad") },
    ])
  );
  assert.deepEqual(reply, {
    writeErrors: [
      { index: 1, code: 11000, errmsg: "E11000", keyValue: { a: 1 } },
      { index: 4, code: 2, errmsg: "bad" },
    ],
  });
});

Deno.test("after a megabyte of texts only codes are listed", () => {
  const error = new CommandError(2, "x".repeat(1000));
  const failures = Array.from({ length: 3000 }, (_, index) => ({ index, error }));
  const { writeErrors } = written((writer) => writeFailures(writer, failures)) as {
    writeErrors: { code: number; errmsg: string }[];
  };
  assert.equal(writeErrors.length, 3000);
  assert.equal(writeErrors[0].errmsg.length, 1000);
  assert.deepEqual([writeErrors[2999].code, writeErrors[2999].errmsg], [2, ""]);
});

Deno.test("retried statements are named only when there are any", () => {
  assert.deepEqual(written((writer) => writeRetried(writer, [])), {});
  assert.deepEqual(written((writer) => writeRetried(writer, [3, 5])), { retriedStmtIds: [3, 5] });
});

Deno.test("interrupts end an unordered batch too", () => {
  assert.equal(endsCommand(new CommandError(50, "")), true);
  assert.equal(endsCommand(new CommandError(11600, "")), true);
  assert.equal(endsCommand(new CommandError(11000, "")), false);
});

import assert from "node:assert/strict";
import { Long, serialize } from "bson";
import { Log, type LogRecord } from "../../src/log.ts";
import { Operation } from "../../src/session/operation.ts";
import { logSlowOperation } from "../../src/session/slow_query.ts";

function logged(body: object, reply: object, level: "INFO" | "WARNING" = "INFO"): LogRecord[] {
  const records: LogRecord[] = [];
  const operation = new Operation(1, undefined);
  operation.commandName = "find";
  operation.namespace = "d.c";
  operation.body = serialize(body);
  logSlowOperation(new Log(level, (record) => records.push(record)), {
    operation,
    database: "d",
    tookMs: 150.9,
    reply: serialize(reply),
    replyBytes: 50,
  });
  return records;
}

Deno.test("commands are shown as relaxed Extended JSON, errors with their names", () => {
  const [record] = logged(
    { find: "c", filter: { a: Long.fromNumber(5), at: new Date(0) } },
    { ok: 0, errmsg: "no", code: 2, codeName: "BadValue" },
  );
  assert.deepEqual(record.origin, { id: 51803, context: "background" });
  assert.deepEqual(record.attributes, {
    type: "command",
    ns: "d.c",
    command: { find: "c", filter: { a: 5, at: { $date: "1970-01-01T00:00:00Z" } } },
    numYields: 0,
    ok: 0,
    errMsg: "no",
    errName: "BadValue",
    errCode: 2,
    locks: {},
    reslen: 50,
    protocol: "op_msg",
    durationMillis: 150,
  });
});

Deno.test("a long command is cut, and a quiet log gets nothing", () => {
  const [record] = logged({ find: "c", filter: { a: "x".repeat(20_000) } }, { ok: 1 });
  assert.match(String(record.attributes.command), /^\{ find: "c", filter: \{ a: "xxx.*x\.\.\.$/);
  assert.equal(String(record.attributes.command).length, 10 * 1024 + 3);
  assert.deepEqual(logged({ find: "c" }, { ok: 1 }, "WARNING"), []);
});

import assert from "node:assert/strict";
import {
  joinRoomLogs,
  jsonLine,
  Log,
  logger,
  type LogRecord,
  logtapeSink,
  parseLogLevel,
  textLine,
} from "../src/log.ts";

const RECORD: LogRecord = {
  time: new Date(0),
  level: "WARNING",
  component: "NETWORK",
  message: "too many in {place}",
  attributes: { place: "here", count: 3 },
};

Deno.test("a log keeps to its level and remembers what it wrote", () => {
  const records: LogRecord[] = [];
  const log = new Log("WARNING", (record) => records.push(record));
  log.debug("CONTROL", "a");
  log.info("CONTROL", "b");
  log.warning("CONTROL", "c", { x: 1 });
  log.error("CONTROL", "d");
  assert.deepEqual(records.map(({ message }) => message), ["c", "d"]);
  assert.deepEqual(log.recent, records);
  assert.equal(log.totalRecords, 2);
  assert.deepEqual([log.isDebug, log.isInfo], [false, false]);
  assert.equal(new Log("DEBUG", () => undefined).isDebug, true);
});

Deno.test("only the last 1024 records are kept", () => {
  const log = new Log("INFO", () => undefined);
  for (let i = 0; i < 1100; i++) log.info("CONTROL", `${i}`);
  assert.equal(log.recent.length, 1024);
  assert.equal(log.recent.at(-1)!.message, "1099");
});

Deno.test("textLine() and jsonLine()", () => {
  assert.equal(
    textLine(RECORD),
    '1970-01-01T00:00:00.000Z WARNING NETWORK  too many in here {"count":3}',
  );
  assert.deepEqual(JSON.parse(jsonLine(RECORD)), {
    t: { $date: "1970-01-01T00:00:00.000Z" },
    s: "W",
    c: "NETWORK",
    id: 0,
    ctx: "main",
    msg: "too many in {place}",
    attr: { place: "here", count: 3 },
  });
});

for (const [text, level] of [["debug", "DEBUG"], ["Warning", "WARNING"], ["loud", undefined]]) {
  Deno.test(`parseLogLevel("${text}")`, () => assert.equal(parseLogLevel(text!), level));
}

Deno.test("a room's logger reaches every running server's log", () => {
  const log = new Log("INFO", () => undefined);
  const leave = joinRoomLogs(log);
  logger("storage").warn("low on space");
  leave();
  logger("storage").warn("not heard");
  assert.deepEqual(log.recent.map(({ message, component }) => [message, component]), [
    ["low on space", "STORAGE"],
  ]);
});

Deno.test("logtapeSink() hands records to LogTape", async () => {
  const { configure, reset } = await import("@logtape/logtape");
  const seen: unknown[] = [];
  await configure({
    sinks: { list: (record) => seen.push([record.category, record.level, record.rawMessage]) },
    loggers: [
      { category: "secantusdb", sinks: ["list"], lowestLevel: "debug" },
      { category: ["logtape", "meta"], sinks: [] },
    ],
  });
  logtapeSink(RECORD);
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await reset();
  assert.deepEqual(seen, [[["secantusdb", "network"], "warning", "too many in {place}"]]);
});

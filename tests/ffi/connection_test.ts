// The connection: open, flush, checkpoint, recovery after a crash, statistics, errors that name their cause.

import assert from "node:assert/strict";
import { WtConnection } from "../../ffi/connection.ts";
import { WiredTigerError, WtCode } from "../../ffi/errors.ts";
import { ConnectionStatistic } from "../../ffi/statistic.ts";
import {
  bytes,
  CONFIG,
  KEYS,
  RECORDS,
  TemporaryHome,
  testLibrary,
  text,
} from "./temporary_home.ts";

Deno.test("data survives closing and opening again", async () => {
  await using home = await TemporaryHome.open();
  home.records().put(1, bytes("kept"));
  await home.connection.flushLog();
  await home.reopen();
  assert.equal(text(home.records().get(1)), "kept");
});

Deno.test("many flushes and a checkpoint at once do not disturb each other", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  const waiting: Promise<void>[] = [];
  for (let id = 1; id <= 20; id++) {
    cursor.put(id, bytes("x"));
    waiting.push(home.connection.flushLog());
  }
  waiting.push(home.connection.checkpoint());
  await Promise.all(waiting);
  assert.equal(cursor.count(), 20);
});

Deno.test("verify, compact and salvage run in the background", async () => {
  await using home = await TemporaryHome.open();
  const cursor = home.records();
  cursor.put(1, bytes("x"));
  cursor.close();
  await home.connection.checkpoint();
  await home.connection.verify(RECORDS);
  await home.connection.compact(KEYS);
  await home.connection.salvage(KEYS);
  await assert.rejects(home.connection.verify("table:none"), WiredTigerError);
});

Deno.test("a write without a flush survives the death of the process", async () => {
  const library = testLibrary();
  const path = await Deno.makeTempDir({ prefix: "secantus-ffi-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("crash_writer.ts", import.meta.url).pathname, path],
    stdout: "piped",
  }).spawn();
  const output = child.stdout.getReader();
  const { value } = await output.read();
  assert.equal(text(value ?? null)?.trim(), "written");
  assert.throws(
    () => WtConnection.open(library, path, CONFIG),
    (error: unknown) => error instanceof WiredTigerError && error.code === WtCode.busy,
  );
  child.kill("SIGKILL");
  await child.status;
  await output.cancel();
  const connection = WtConnection.open(library, path, CONFIG);
  const cursor = connection.openSession().openRecords(RECORDS);
  assert.equal(cursor.count(), 1000);
  await connection.close();
  await Deno.remove(path, { recursive: true });
});

Deno.test("an open connection at the end of the program does not crash it", async () => {
  const path = await Deno.makeTempDir({ prefix: "secantus-ffi-" });
  const { code, signal } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", new URL("crash_writer.ts", import.meta.url).pathname],
      ...[path, "end"],
    ],
    stdout: "null",
  }).output();
  assert.deepEqual([code, signal], [0, null]);
  await Deno.remove(path, { recursive: true });
});

Deno.test("statistics by key and by description", async () => {
  await using home = await TemporaryHome.open();
  home.records().put(1, bytes("x"));
  const { connection } = home;
  assert.equal(connection.statistic(ConnectionStatistic.cacheBytesMaximum), 50n * 1024n * 1024n);
  assert.ok(connection.statistic(ConnectionStatistic.cacheBytesInUse) > 0n);
  const all = connection.statistics();
  assert.equal(all.get("cache: maximum bytes configured"), 50 * 1024 * 1024);
  assert.ok(all.size > 300);
  assert.ok(connection.statistics(`statistics:${RECORDS}`).size > 50);
});

Deno.test("errors carry their code and WiredTiger's own text", async () => {
  const library = testLibrary();
  const missing = () => WtConnection.open(library, "/nonexistent/home", "create");
  assert.throws(missing, (error: unknown) => {
    assert.ok(error instanceof WiredTigerError);
    assert.equal(error.code, WtCode.noEntry);
    return /nonexistent/.test(error.message);
  });
  await using home = await TemporaryHome.open();
  const bad = () => home.session().create("table:x", "key_format=nonsense!");
  assert.throws(bad, (error: unknown) => {
    assert.ok(error instanceof WiredTigerError);
    assert.equal(error.code, WtCode.invalid);
    return error.detail.length > 0;
  });
});

Deno.test("close is idempotent and everything afterwards is an error, not a crash", async () => {
  const home = await TemporaryHome.open();
  const session = home.session();
  const cursor = session.openRecords(RECORDS);
  const flushing = home.connection.flushLog();
  await home.connection.close();
  await home.connection.close();
  await flushing;
  assert.equal(home.connection.isClosed, true);
  assert.throws(() => cursor.get(1), /after close/);
  assert.throws(() => session.begin(), /after close/);
  assert.throws(() => home.connection.openSession(), /closed/);
  await assert.rejects(home.connection.flushLog(), /closed/);
  await home[Symbol.asyncDispose]();
});

Deno.test("an in-memory home leaves no files", async () => {
  const library = testLibrary();
  const path = await Deno.makeTempDir({ prefix: "secantus-ffi-" });
  const connection = WtConnection.open(library, path, "create,in_memory=true,cache_size=20MB");
  const session = connection.openSession();
  session.create(RECORDS, "key_format=q,value_format=u");
  const cursor = session.openRecords(RECORDS);
  cursor.put(1, bytes("x"));
  assert.equal(cursor.count(), 1);
  await connection.close();
  await Deno.remove(path, { recursive: true });
});

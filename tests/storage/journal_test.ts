import assert from "node:assert/strict";
import { Journal } from "../../src/storage/journal.ts";

/** A log whose flushes end when the test says so. */
class SlowLog {
  flushes: { resolve(): void; reject(error: unknown): void }[] = [];
  flushLog(): Promise<void> {
    return new Promise((resolve, reject) => this.flushes.push({ resolve, reject }));
  }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("waiters share a flush; those who come during one share the next", async () => {
  const log = new SlowLog();
  const journal = new Journal(log);
  const done: string[] = [];
  journal.wait().then(() => done.push("first"));
  for (let i = 0; i < 3; i++) journal.wait().then(() => done.push(`later ${i}`));
  assert.equal(log.flushes.length, 1);
  log.flushes[0].resolve();
  await settle();
  assert.deepEqual(done, ["first"]);
  assert.equal(log.flushes.length, 2);
  log.flushes[1].resolve();
  await settle();
  assert.deepEqual(done, ["first", "later 0", "later 1", "later 2"]);
  assert.equal(journal.flushes, 2);
  await journal.idle();
});

Deno.test("a failed flush fails its waiters only", async () => {
  const log = new SlowLog();
  const journal = new Journal(log, (error) => new Error(`translated ${(error as Error).message}`));
  const failing = assert.rejects(journal.wait(), /translated disk/);
  log.flushes[0].reject(new Error("disk"));
  await failing;
  const next = journal.wait();
  log.flushes[1].resolve();
  await next;
});

Deno.test("the background flush works only after a write", async () => {
  const log = new SlowLog();
  const journal = new Journal(log);
  await journal.flushIfWritten();
  assert.equal(log.flushes.length, 0);
  journal.noteWrite();
  const flushed = journal.flushIfWritten();
  assert.equal(log.flushes.length, 1);
  log.flushes[0].resolve();
  await flushed;
  await journal.flushIfWritten();
  assert.equal(log.flushes.length, 1);
});

Deno.test("without a log waiting ends at once", async () => {
  await new Journal(undefined).wait();
});

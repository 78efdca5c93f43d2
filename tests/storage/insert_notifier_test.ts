import assert from "node:assert/strict";
import { InsertNotifier } from "../../src/storage/insert_notifier.ts";

Deno.test("a waiter wakes at the next notify", async () => {
  const notifier = new InsertNotifier();
  const { version } = notifier;
  const waiting = notifier.wait(version, 10_000);
  notifier.notify();
  assert.equal(await waiting, true);
});

Deno.test("a notify before the wait is not lost", async () => {
  const notifier = new InsertNotifier();
  const { version } = notifier;
  notifier.notify();
  assert.equal(await notifier.wait(version, 10_000), true);
  await notifier.changed(version);
});

Deno.test("a wait ends at its time-out", async () => {
  const notifier = new InsertNotifier();
  assert.equal(await notifier.wait(notifier.version, 5), false);
});

Deno.test("all waiters wake, and wait anew afterwards", async () => {
  const notifier = new InsertNotifier();
  const woken = [notifier.wait(0, 10_000), notifier.wait(0, 10_000)];
  notifier.notify();
  assert.deepEqual(await Promise.all(woken), [true, true]);
  assert.equal(await notifier.wait(notifier.version, 5), false);
});

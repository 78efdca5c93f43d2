import assert from "node:assert/strict";
import { Clock, recordIdOfTimestamp, timestampOfRecordId } from "../../src/storage/clock.ts";

Deno.test("times rise within a second, with the wall clock, and when it goes back", () => {
  let now = 1_700_000_000_000;
  const clock = new Clock(() => now);
  const first = clock.tick();
  assert.equal(clock.operationTime, (1_700_000_000n << 32n) | 1n);
  const second = clock.tick();
  assert(second > first);
  assert.equal(clock.operationTime, (1_700_000_000n << 32n) | 2n);
  now += 1000;
  assert(clock.tick() > second);
  assert.equal(clock.operationTime, (1_700_000_001n << 32n) | 1n);
  now -= 60_000;
  clock.tick();
  assert.equal(clock.operationTime, (1_700_000_001n << 32n) | 2n);
});

Deno.test("a RecordId holds a time exactly and in order", () => {
  for (const seconds of [1n, 1_700_000_000n, (1n << 32n) - 1n]) {
    for (const increment of [0n, 1n, (1n << 20n) - 1n]) {
      const timestamp = (seconds << 32n) | increment;
      const recordId = recordIdOfTimestamp(timestamp);
      assert(Number.isSafeInteger(recordId));
      assert.equal(timestampOfRecordId(recordId), timestamp);
    }
  }
  assert(recordIdOfTimestamp(2n << 32n) > recordIdOfTimestamp((1n << 32n) | 0xffffffffn));
});

Deno.test("a full second carries over", () => {
  const clock = new Clock(() => 5000);
  clock.advanceTo((5n << 32n) | ((1n << 20n) - 1n));
  const before = clock.lastRecordId;
  assert(clock.tick() > before);
  assert.equal(clock.operationTime, (6n << 32n) | 1n);
});

Deno.test("advanceTo never goes back", () => {
  const clock = new Clock(() => 0);
  clock.advanceTo((9n << 32n) | 4n);
  clock.advanceTo((8n << 32n) | 7n);
  assert.equal(clock.operationTime, (9n << 32n) | 4n);
  clock.tick();
  assert.equal(clock.operationTime, (9n << 32n) | 5n);
});

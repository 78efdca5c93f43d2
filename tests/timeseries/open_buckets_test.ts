import assert from "node:assert/strict";
import { type OpenBucket, OpenBuckets } from "../../src/timeseries/open_buckets.ts";

const bucket = (recordId: number): OpenBucket => ({
  recordId,
  id: new Uint8Array(12),
  minMs: recordId * 1000,
});
const ids = (open: OpenBuckets, key: string): number[] => open.of(key).map((one) => one.recordId);

Deno.test("a group remembers the buckets it wrote to last", () => {
  const open = new OpenBuckets();
  for (let i = 1; i <= 10; i++) open.note("a", bucket(i), false);
  open.note("b", bucket(99), false);
  assert.deepEqual(ids(open, "a"), [10, 9, 8, 7, 6, 5, 4, 3]);
  open.note("a", bucket(5), false);
  assert.deepEqual(ids(open, "a"), [5, 10, 9, 8, 7, 6, 4, 3]);
  open.note("a", bucket(10), true);
  open.forget("a", 8);
  assert.deepEqual(ids(open, "a"), [5, 9, 7, 6, 4, 3]);
  open.forget("b", 99);
  assert.deepEqual([ids(open, "b"), open.groupCount], [[], 1]);
  open.clear();
  assert.equal(open.groupCount, 0);
});

Deno.test("the group that was used longest ago is forgotten first", () => {
  const open = new OpenBuckets();
  for (let i = 0; i <= 100_000; i++) {
    open.note(String(i), bucket(i), false);
    if (i === 50_000) open.note("0", bucket(0), false);
  }
  assert.equal(open.groupCount, 100_000);
  assert.deepEqual([ids(open, "0"), ids(open, "1")], [[0], []]);
});

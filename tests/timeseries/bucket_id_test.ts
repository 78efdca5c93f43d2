import assert from "node:assert/strict";
import { compareRawValues } from "../../src/bson/compare.ts";
import {
  bucketIdBound,
  bucketIdValue,
  isExtendedTime,
  newBucketId,
} from "../../src/timeseries/bucket_id.ts";

const order = (a: Uint8Array, b: Uint8Array): number =>
  compareRawValues(bucketIdValue(a), bucketIdValue(b));

Deno.test("ids order by time from 1970 to 2038, all others stand behind", () => {
  const times = [0, 1000, Date.UTC(2024, 0, 1), 2 ** 31 * 1000 - 1000];
  for (let i = 0; i < times.length; i++) {
    const id = newBucketId(times[i]);
    const seconds = times[i] / 1000;
    assert.ok(order(id, bucketIdBound(seconds, "lowest")) >= 0);
    assert.ok(order(id, bucketIdBound(seconds, "highest")) <= 0);
    if (i > 0) assert.ok(order(newBucketId(times[i - 1]), id) < 0);
    assert.ok(!isExtendedTime(times[i]));
  }
  for (const timeMs of [-1000, -(2 ** 45), 2 ** 31 * 1000, 2 ** 33 * 1000, Date.UTC(2500, 0, 1)]) {
    assert.ok(isExtendedTime(timeMs));
    assert.ok(order(newBucketId(timeMs), bucketIdBound(2 ** 31, "lowest")) >= 0, `${timeMs}`);
  }
  assert.notDeepEqual(newBucketId(0), newBucketId(0));
});

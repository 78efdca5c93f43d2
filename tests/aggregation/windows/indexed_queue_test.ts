import assert from "node:assert/strict";
import { IndexedQueue } from "../../../src/aggregation/windows/indexed_queue.ts";

Deno.test("items keep their positions while those before them are dropped", () => {
  const meter = { bytes: 0 };
  const queue = new IndexedQueue<number>(meter, () => 10);
  for (let i = 0; i < 5000; i++) {
    queue.push(i * 10);
    queue.dropBefore(i - 3);
    assert.equal(queue.end, i + 1);
    for (let at = Math.max(0, i - 3); at <= i; at++) assert.equal(queue.at(at), at * 10);
  }
  assert.equal(meter.bytes, 0);
  queue.dropBefore(10_000);
  assert.equal(queue.end, 5000);
  queue.push(7);
  assert.equal(queue.at(5000), 7);
  queue.dropBefore(1);
  assert.equal(queue.at(5000), 7);
});

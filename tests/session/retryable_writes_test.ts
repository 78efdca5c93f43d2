import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { RetryableWrite, RetryMemory } from "../../src/session/retryable_writes.ts";

function record(memory = new RetryMemory(), txnNumber = 1): RetryableWrite {
  return new RetryableWrite("a session", txnNumber, memory);
}

const one = documentFrom({ n: 1 });
const two = documentFrom({ n: 2 });

Deno.test("answers are found by statement, whatever order they came in", () => {
  const write = record().begin();
  for (
    const [id, answer] of [[0, one], [1, one], [5, two], [3, two], [4, two], [2, one]] as const
  ) {
    write.remember(id, answer);
  }
  const found = [0, 1, 2, 3, 4, 5].map((id) => write.answer(id));
  assert.deepEqual(found, [one, one, one, two, two, two]);
  for (const id of [-1, 6, 100]) assert.equal(write.answer(id), undefined, String(id));
});

Deno.test("equal answers of neighbours share one entry", () => {
  const memory = new RetryMemory();
  const write = record(memory);
  for (let id = 0; id < 100_000; id++) write.remember(id, documentFrom({ n: 1 }));
  assert.ok(memory.bytes < 1000, String(memory.bytes));
  assert.deepEqual(write.answer(99_999), one);
  write.remember(100_000, two);
  assert.deepEqual(write.answer(100_000), two);
});

Deno.test("memory is bounded: the record unused for longest is emptied, its retries refused with 217", () => {
  const memory = new RetryMemory(10_000);
  const large = new Uint8Array(4000);
  const [first, second, third] = [1, 2, 3].map((txnNumber) => record(memory, txnNumber).begin());
  first.remember(0, large);
  second.remember(0, large);
  first.remember(7, one);
  third.remember(0, large);
  assert.ok(memory.bytes <= 10_000);
  assert.equal(first.answer(0), large, "used after the second");
  assert.equal(second.answer(0), undefined, "the command at work goes on");
  assert.throws(() => second.begin().answer(0), { code: 217 });
  second.remember(1, one);
  assert.equal(second.begin().answer(1), one);
  memory.remove(first);
  memory.remove(first);
  memory.remove(second);
  memory.remove(third);
  assert.equal(memory.bytes, 0);
});

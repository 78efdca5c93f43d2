import assert from "node:assert/strict";
import { BSON } from "bson";
import {
  compareBytes,
  keyPrefix,
  MemoryRun,
  Merge,
  type SortedSource,
} from "../../src/stream/sort_run.ts";

const document = new Uint8Array(BSON.serialize({ a: 1 }));

function run(keys: number[][], first: number): MemoryRun {
  const made = new MemoryRun(keys.length, undefined);
  keys.forEach((key, index) =>
    made.append(new Uint8Array(key), 0, key.length, document, 0, first + index)
  );
  made.sort();
  return made;
}

function drain(source: SortedSource): number[] {
  const ids: number[] = [];
  while (source.advance()) ids.push(source.entry.recordId);
  return ids;
}

Deno.test("keyPrefix orders as the bytes do", () => {
  const keys = [[], [0], [0, 1], [1], [1, 2, 3, 4, 5, 6], [255, 255, 255, 255, 255, 255, 1]];
  for (let i = 1; i < keys.length; i++) {
    const [a, b] = [new Uint8Array(keys[i - 1]), new Uint8Array(keys[i])];
    assert.ok(keyPrefix(a, 0, a.length) <= keyPrefix(b, 0, b.length));
    assert.ok(compareBytes(a, 0, a.length, b, 0, b.length) < 0);
  }
});

Deno.test("MemoryRun sorts by key and keeps arrival order of equal keys", () => {
  const keys = [[5], [1, 2, 3, 4, 5, 6, 9], [1, 2, 3, 4, 5, 6, 7], [5], []];
  assert.deepEqual(drain(run(keys, 0)), [4, 2, 1, 0, 3]);
});

Deno.test("MemoryRun takes keys that do not compare bytewise", () => {
  const made = new MemoryRun(3, (a, b) => b[0] - a[0]);
  [1, 3, 2].forEach((key, i) => made.append(new Uint8Array([key]), 0, 1, document, 0, i));
  made.sort();
  assert.deepEqual(drain(made), [1, 2, 0]);
});

Deno.test("Merge gives all entries in order, earlier sources first", () => {
  const merge = new Merge([run([[1], [4]], 0), run([], 0), run([[1], [2], [9]], 10)], undefined);
  assert.deepEqual(drain(merge), [0, 10, 11, 1, 12]);
});

Deno.test("MemoryRun is filled again after reset, and sized by one before it", () => {
  const made = run([[3], [1], [2]], 0);
  assert.deepEqual(drain(made), [1, 2, 0]);
  made.reset();
  assert.equal(made.count, 0);
  assert.equal(made.memoryBytes, 0);
  for (const key of [9, 8]) made.append(new Uint8Array([key]), 0, 1, document, 0, key);
  made.sort();
  assert.deepEqual(drain(made), [8, 9]);
  const next = new MemoryRun(2, undefined, made);
  const large = new Uint8Array(BSON.serialize({ text: "x".repeat(5000) }));
  for (const key of [2, 1]) next.append(new Uint8Array([key]), 0, 1, large, 0, key);
  next.sort();
  assert.deepEqual(drain(next), [1, 2]);
  assert.equal(next.entry.bytes[next.entry.start], large[0]);
});

// Scan buffers: views, byte limit and growth.

import assert from "node:assert/strict";
import { KeyScanBuffer, ScanBuffer } from "../../ffi/scan_buffer.ts";

Deno.test("a record is the bytes between two starts", () => {
  const buffer = new ScanBuffer(100, 4);
  buffer.bytes.set([1, 2, 3]);
  buffer.starts.set([0, 1, 3]);
  buffer.count = 2;
  assert.deepEqual([...buffer.record(1)], [2, 3]);
  assert.equal(buffer.byteLength, 3);
  assert.equal(buffer.starts.length, 5);
  assert.equal(buffer.startBytes.buffer, buffer.starts.buffer);
});

Deno.test("growing makes room and never shrinks; the byte limit stays", () => {
  const buffer = new ScanBuffer(100, 4);
  buffer.grow(50);
  assert.equal(buffer.bytes.length, 100);
  buffer.grow(1_000_000);
  assert.ok(buffer.bytes.length >= 1_000_000);
  assert.equal(buffer.byteLimit, 100);
  const keys = new KeyScanBuffer({ byteCapacity: 10 });
  keys.grow(5, 500);
  assert.equal(keys.keys.length, 10);
  assert.ok(keys.values.length >= 500);
});

Deno.test("the last key is a copy", () => {
  const buffer = new KeyScanBuffer({ entryCapacity: 4 });
  buffer.keys.set([9, 8, 7]);
  buffer.keyStarts.set([0, 1, 3]);
  buffer.count = 2;
  const last = buffer.lastKey();
  buffer.keys.fill(0);
  assert.deepEqual([...last], [8, 7]);
  assert.deepEqual([...buffer.key(0)], [0]);
});

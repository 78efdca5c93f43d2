import assert from "node:assert/strict";
import { readInt32 } from "../../src/bson/read.ts";
import {
  MESSAGE_BYTES_MAX,
  messageLength,
  WireError,
  writeHeader,
  writeInt32,
} from "../../src/wire/frame.ts";

function withLength(length: number): Uint8Array {
  const bytes = new Uint8Array(16);
  writeInt32(bytes, 0, length);
  return bytes;
}

Deno.test("messageLength() tells the length once four bytes are there", () => {
  assert.equal(messageLength(withLength(100), 0, 3), 0);
  assert.equal(messageLength(withLength(100), 0, 4), 100);
  assert.equal(messageLength(withLength(MESSAGE_BYTES_MAX), 0, 16), MESSAGE_BYTES_MAX);
});

for (const length of [0, 15, -1, MESSAGE_BYTES_MAX + 1, 0x20544547]) {
  Deno.test(`messageLength() refuses ${length}`, () => {
    assert.throws(() => messageLength(withLength(length), 0, 16), WireError);
  });
}

Deno.test("writeHeader() writes four little-endian numbers", () => {
  const bytes = new Uint8Array(20);
  writeHeader(bytes, 4, 100, 7, -2, 2013);
  assert.deepEqual([4, 8, 12, 16].map((at) => readInt32(bytes, at)), [100, 7, -2, 2013]);
});

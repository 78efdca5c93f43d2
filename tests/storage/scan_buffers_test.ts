import assert from "node:assert/strict";
import {
  giveBuffer,
  giveKeyBuffer,
  takeBuffer,
  takeKeyBuffer,
} from "../../src/storage/scan_buffers.ts";

Deno.test("buffers are used again, grown ones are not", () => {
  const buffer = takeBuffer();
  giveBuffer(buffer);
  assert.equal(takeBuffer(), buffer);
  buffer.grow(5_000_000);
  giveBuffer(buffer);
  assert.notEqual(takeBuffer(), buffer);
});

Deno.test("key buffers by where the RecordId is", () => {
  const inKey = takeKeyBuffer("key");
  giveKeyBuffer(inKey);
  const inValue = takeKeyBuffer("value");
  assert.notEqual(inValue, inKey);
  assert.equal(inValue.recordIdIn, "value");
  assert.equal(takeKeyBuffer("key"), inKey);
});

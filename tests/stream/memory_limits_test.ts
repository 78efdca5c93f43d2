import assert from "node:assert/strict";
import { DEFAULT_LIMIT_BYTES, DEFAULT_MEMORY_LIMITS } from "../../src/stream/memory_limits.ts";

Deno.test("all limits are 100 MB at first, and the disk is allowed", () => {
  const { allowDiskUse, ...bytes } = DEFAULT_MEMORY_LIMITS;
  assert.equal(allowDiskUse, true);
  assert.equal(DEFAULT_LIMIT_BYTES, 104_857_600);
  assert.deepEqual(new Set(Object.values(bytes)), new Set([DEFAULT_LIMIT_BYTES]));
});

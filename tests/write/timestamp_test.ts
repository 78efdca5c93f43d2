// The fallback clock.

import assert from "node:assert/strict";
import { nextWallClockTimestamp } from "../../src/write/timestamp.ts";

Deno.test("timestamps rise and begin with the seconds", () => {
  let last = nextWallClockTimestamp();
  assert.ok(Math.abs(Number(last >> 32n) - Date.now() / 1000) < 5);
  for (let i = 0; i < 1000; i++) {
    const next = nextWallClockTimestamp();
    assert.ok(next > last);
    last = next;
  }
});

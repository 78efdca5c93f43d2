import assert from "node:assert/strict";
import { UNPACED } from "../../src/stream/pacer.ts";

Deno.test("UNPACED never asks to yield and never interrupts", async () => {
  UNPACED.checkInterrupt();
  assert.equal(UNPACED.shouldYield(), false);
  await UNPACED.yieldNow();
});

import assert from "node:assert/strict";
import { TimeSlice } from "../../../src/aggregation/join/time_slice.ts";

Deno.test("a time slice is over after some milliseconds, until it is begun again", async () => {
  const slice = new TimeSlice();
  assert.equal(slice.isOver, false);
  await new Promise((resolve) => setTimeout(resolve, 8));
  assert.equal(slice.isOver, true);
  slice.restart();
  assert.equal(slice.isOver, false);
});

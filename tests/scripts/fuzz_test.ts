// The fuzz runner: names, seeds in the output, failures.

import assert from "node:assert/strict";
import { defaultCases, findFuzzers, fuzzerName, runFuzzers } from "../../scripts/fuzz.ts";

/** Outside the tests: what the fuzzers import would count as leaking on older releases of Deno. */
const fuzzers = await findFuzzers();

Deno.test("fuzzers are named after their functions", () => {
  assert.equal(fuzzerName("fuzzKeyOrder"), "key_order");
  assert.equal(fuzzerName("updateLaws"), "update_laws");
});

Deno.test("the table holds what tests/fuzz exports", () => {
  const names = [...fuzzers.keys()];
  assert.ok(names.includes("key_order"), names.join(" "));
  assert.deepEqual(names, names.toSorted());
});

Deno.test("a failure is reported with the command that repeats it, the others still run", async () => {
  const lines: string[] = [];
  const fails = () => {
    throw new Error("law broken");
  };
  const passed = await runFuzzers([["bad", fails], ["good", () => {}]], 42, 7, (line) => {
    lines.push(line);
  });
  assert.equal(passed, false);
  assert.ok(lines.some((line) => line.includes("deno task fuzz bad 42 7")));
  assert.ok(lines.some((line) => line.startsWith("Error: law broken")));
  assert.ok(lines.some((line) => line.startsWith("good: passed")));
});

Deno.test("without a number each fuzzer runs its own default, the comparison with mingo 50,000 cases", async () => {
  assert.equal(defaultCases("filter_differential"), 50_000);
  assert.equal(defaultCases("key_order"), 2000);
  const lines: string[] = [];
  await runFuzzers([["key_order", () => {}]], 1, undefined, (line) => lines.push(line));
  assert.equal(lines[0], "key_order: seed 1, 2000 cases");
});

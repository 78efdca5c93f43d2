// Running programs: output, exit codes, what is missing.

import assert from "node:assert/strict";
import { findCommand, lastLines, mustRun, ProcessError, run } from "../../scripts/process.ts";

function evaluate(program: string): [string, string[]] {
  return [Deno.execPath(), ["eval", program]];
}

Deno.test("output and exit code are collected, lines reported", async () => {
  const lines: string[] = [];
  const [deno, words] = evaluate('console.log("a\\nb"); console.error("c"); Deno.exit(3)');
  const { code, output } = await run(deno, words, { onLine: (line) => lines.push(line) });
  assert.equal(code, 3);
  assert.equal(output, "a\nb\nc\n");
  assert.deepEqual(lines, ["a", "b"]);
});

Deno.test("a failure shows its last lines, a missing program its name", async () => {
  await assert.rejects(
    mustRun(...evaluate('console.error("why"); Deno.exit(1)')),
    (error: Error) => {
      return error instanceof ProcessError && /exit code 1:\nwhy/.test(error.message);
    },
  );
  await assert.rejects(run("surely-no-such-program", []), /cannot run surely-no-such-program/);
  assert.equal(lastLines("a\nb\nc\n", 2), "b\nc");
});

Deno.test("the first program that works is found", async () => {
  const found = await findCommand([undefined, "surely-no-such-program", Deno.execPath()]);
  assert.equal(found, Deno.execPath());
  assert.equal(await findCommand(["surely-no-such-program"]), undefined);
});

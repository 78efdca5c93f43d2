import assert from "node:assert/strict";
import { BsonWriter } from "../../../src/bson/encode.ts";
import { CommandError } from "../../../src/error.ts";
import { StatementRun } from "../../../src/commands/crud/statement_run.ts";
import type { Reply } from "../../../src/commands/definition.ts";

type Step = "ok" | "later" | "fails" | "fails later" | "done before" | "interrupted" | "bug";

class TestRun extends StatementRun<number> {
  readonly added: number[] = [];

  constructor(readonly steps: readonly Step[], ordered: boolean) {
    super(steps.length, ordered);
  }

  get summary(): unknown[] {
    return [this.added, this.failures.map(({ index }) => index), this.retried];
  }

  protected override repeat(index: number): boolean {
    if (this.steps[index] !== "done before") return false;
    this.retried.push(index);
    return true;
  }

  protected override perform(index: number): number | Promise<number> {
    switch (this.steps[index]) {
      case "later":
        return Promise.resolve(index);
      case "fails":
        throw new CommandError(2, "x");
      case "fails later":
        return Promise.reject(new CommandError(2, "x"));
      case "interrupted":
        throw new CommandError(11601, "killed");
      case "bug":
        throw new TypeError("bug");
      default:
        return index;
    }
  }

  protected override add(_index: number, outcome: number): void {
    this.added.push(outcome);
  }

  protected override finish(): Reply {
    return new BsonWriter();
  }
}

/** [steps, ordered, [added, failures, retried]] */
const RUNS: readonly (readonly [readonly Step[], boolean, readonly number[][]])[] = [
  [["ok", "ok"], true, [[0, 1], [], []]],
  [["ok", "fails", "ok"], true, [[0], [1], []]],
  [["ok", "fails", "ok"], false, [[0, 2], [1], []]],
  [["ok", "later", "ok"], true, [[0, 1, 2], [], []]],
  [["later", "fails later", "later"], true, [[0], [1], []]],
  [["later", "fails later", "later", "fails", "ok"], false, [[0, 2, 4], [1, 3], []]],
  [["done before", "ok", "done before", "later"], true, [[1, 3], [], [0, 2]]],
];

Deno.test("7.74 ordered runs stop at the first failure, unordered ones go on", async () => {
  for (const [steps, ordered, expected] of RUNS) {
    const run = new TestRun(steps, ordered);
    await run.next();
    assert.deepEqual(run.summary, expected, steps.join());
  }
});

Deno.test("no promise as long as no statement needs one", () => {
  assert.ok(!(new TestRun(["ok", "ok"], true).next() instanceof Promise));
});

Deno.test("interrupts and bugs end the command", async () => {
  assert.throws(() => new TestRun(["ok", "interrupted", "ok"], false).next(), { code: 11601 });
  assert.throws(() => new TestRun(["bug"], false).next(), TypeError);
  await assert.rejects(async () => await new TestRun(["later", "bug"], false).next(), TypeError);
});

import assert from "node:assert/strict";
import { WindowFrame } from "../../../src/aggregation/windows/frame.ts";
import { GradualRunner } from "../../../src/aggregation/windows/gradual_runner.ts";

/** Two windows: all documents, then the last one. */
class JumpingFrame extends WindowFrame {
  constructor(private readonly count: number) {
    super();
  }

  override isReady(): boolean {
    return true;
  }

  override locate(index: number): void {
    this.first = index === 0 ? 0 : this.count - 1;
    this.last = this.count - 1;
  }
}

class CountingRunner extends GradualRunner {
  held = 0;

  protected override takeIn(): void {
    this.held++;
  }

  protected override giveUp(): void {
    this.held--;
  }

  override answer(): number {
    return this.held;
  }
}

/** How often the runner had to be asked. */
function questions(runner: CountingRunner, index: number): number {
  let count = 1;
  while (!runner.isReady(index)) count++;
  return count;
}

Deno.test("a window of many values fills and empties in steps", () => {
  const runner = new CountingRunner(new JumpingFrame(100_000));
  assert.ok(questions(runner, 0) > 10);
  assert.equal(runner.answer(), 100_000);
  assert.ok(questions(runner, 1) > 10);
  assert.equal(runner.answer(), 1);
});

Deno.test("a small window is ready at once", () => {
  const runner = new CountingRunner(new JumpingFrame(100));
  assert.equal(questions(runner, 0), 1);
  assert.equal(runner.answer(), 100);
});

import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { newStatistics } from "../../src/plan/node.ts";
import { interruptError, Operation, TIME_SLICE_MS } from "../../src/session/operation.ts";
import type { RunningPlan } from "../../src/session/operation_plan.ts";

function newOperation(): Operation {
  return new Operation(1, undefined);
}

function throwsCode(run: () => void, code: number): void {
  assert.throws(run, (error) => error instanceof CommandError && error.code === code);
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

Deno.test("planSummary is what the plan at work says, or how a write finds by _id", () => {
  const operation = new Operation(1, undefined);
  assert.equal(operation.planSummary, "");
  operation.use({ id: 1 });
  assert.equal(operation.planSummary, "EXPRESS_IXSCAN { _id: 1 },EXPRESS_UPDATE");
  operation.commandName = "delete";
  assert.equal(operation.planSummary, "EXPRESS_IXSCAN { _id: 1 },EXPRESS_DELETE");
  operation.planSummary = "EXPRESS_IXSCAN { _id: 1 }";
  assert.equal(operation.planSummary, "EXPRESS_IXSCAN { _id: 1 }");
  // A holder without a plan may get one later.
  const plans: { plan?: RunningPlan } = {};
  const update = new Operation(2, undefined);
  update.use(plans);
  assert.equal(update.planSummary, "");
  plans.plan = { root: { stage: "EOF", statistics: newStatistics() }, summary: "EOF" };
  assert.equal(update.planSummary, "EOF");
});

Deno.test("checkInterrupt() lets an operation without limits go on", () => {
  newOperation().checkInterrupt();
});

Deno.test("checkInterrupt() throws 50 past maxTimeMS, 0 means no limit", () => {
  const operation = newOperation();
  operation.limitTime(0);
  assert.equal(operation.deadline, Infinity);
  operation.limitTime(2);
  operation.checkInterrupt();
  spin(3);
  throwsCode(() => operation.checkInterrupt(), 50);
});

for (const [code, given] of [[11601, undefined], [11600, 11600], [237, 237]] as const) {
  Deno.test(`kill(${given}) throws ${code}, and the first reason stands`, () => {
    const operation = newOperation();
    operation.kill(given);
    operation.kill(1);
    assert.equal(operation.killed, true);
    throwsCode(() => operation.checkInterrupt(), code);
  });
}

Deno.test("yieldNow() lets timers run and begins a new slice", async () => {
  const operation = newOperation();
  let ran = false;
  setTimeout(() => ran = true, 0);
  spin(TIME_SLICE_MS + 2);
  assert.equal(operation.shouldYield(), true);
  await operation.yieldNow();
  assert.equal(ran, true);
  assert.equal(operation.shouldYield(), false);
  assert.equal(operation.yields, 1);
});

Deno.test("yieldNow() throws when killed meanwhile", async () => {
  const operation = newOperation();
  setTimeout(() => operation.kill(), 0);
  spin(2);
  await assert.rejects(operation.yieldNow(), /interrupted/);
});

Deno.test("pause() is synchronous within a time slice", async () => {
  const operation = newOperation();
  assert.equal(operation.pause(), undefined);
  spin(TIME_SLICE_MS + 1);
  await operation.pause();
  assert.equal(operation.yields, 1);
});

Deno.test("sleep() ends early when killed or out of time", async () => {
  const killed = newOperation();
  setTimeout(() => killed.kill(), 5);
  await assert.rejects(killed.sleep(10_000), /interrupted/);
  const late = newOperation();
  late.limitTime(5);
  await assert.rejects(late.sleep(10_000), (error) => (error as CommandError).code === 50);
});

Deno.test("waitFor() ends with the event, the time, or a kill", async () => {
  await newOperation().waitFor(Promise.resolve(), 10_000);
  await newOperation().waitFor(undefined, 1);
  const killed = newOperation();
  killed.kill();
  await killed.waitFor(undefined, 10_000);
});

Deno.test("interruptError() has a text for every code", () => {
  assert.equal(interruptError(50).message, "operation exceeded time limit");
  assert.equal(interruptError(279).message, "operation was interrupted");
});

// Running what is explained: the trial that decides on a plan, and the run that is measured.
//
// A run that fails (a time limit, an expression that meets the wrong type) does not fail the explain: the answer says so, with
// what was counted until then.

import { CommandError } from "../../error.ts";
import type { Operation } from "../../session/operation.ts";
import type { Collection } from "../../storage/collection.ts";
import type { ChosenPlan } from "../../plan/choose.ts";
import type { RunOutcome, Verbosity } from "../../plan/explain.ts";
import type { RunOptions } from "../../plan/run.ts";
import { type DecidedPlan, decidePlan } from "../../plan/trial.ts";

/** What a run took, without what it returned. */
export type RunCost = Omit<RunOutcome, "returned">;

/** Runs and measures; nothing for queryPlanner. */
export async function measureRun(
  operation: Operation,
  verbosity: Verbosity,
  run: () => void | Promise<void>,
): Promise<RunCost> {
  if (verbosity === "queryPlanner") return { elapsedMs: 0 };
  const startedAt = performance.now();
  const yieldsBefore = operation.yields;
  let error: CommandError | undefined;
  try {
    await run();
  } catch (failure) {
    if (!(failure instanceof CommandError)) throw failure;
    error = failure;
  }
  return {
    elapsedMs: performance.now() - startedAt,
    yields: operation.yields - yieldsBefore,
    error,
  };
}

export interface Decision {
  readonly plan: DecidedPlan;
  readonly optimizationMs: number;
}

/** The plan that is run: the winner of the trial where there are several. */
export async function decide(
  plan: ChosenPlan,
  collection: Collection | undefined,
  operation: Operation,
  options: Omit<RunOptions, "collection">,
): Promise<Decision> {
  const startedAt = performance.now();
  const decided = await decidePlan(plan, collection, {
    ...options,
    pause: () => operation.pause(),
  });
  return { plan: decided, optimizationMs: performance.now() - startedAt };
}

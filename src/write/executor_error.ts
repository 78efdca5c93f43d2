// Errors met while a statement runs (not while it is parsed) say so, as mongod's do: "Plan executor error during update ::
// caused by :: ...". Code, labels and details stay; anything but a CommandError passes unchanged.

import { withContext } from "../error.ts";

/** The command a statement belongs to, as its errors name it. */
export type WriteCommandName = "update" | "delete" | "findAndModify";

export function executorError(command: WriteCommandName, error: unknown): unknown {
  return withContext(`Plan executor error during ${command}`, error);
}

/** Runs the part of a statement that reads and writes documents. */
export function executing<T>(command: WriteCommandName, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw executorError(command, error);
  }
}

// Errors met while a statement runs (not while it is parsed) say so, as mongod's do: "Plan executor error during update ::
// caused by :: ...". Code, labels and details stay; anything but a CommandError passes unchanged.

import { CommandError } from "../error.ts";

/** The command a statement belongs to, as its errors name it. */
export type WriteCommandName = "update" | "delete" | "findAndModify";

export function executorError(command: WriteCommandName, error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const context = `Plan executor error during ${command} :: caused by :: `;
  if (error.message.startsWith(context)) return error;
  return new CommandError(error.code, context + error.message, {
    labels: error.labels,
    ...(error.info === undefined ? {} : { info: error.info }),
  });
}

/** Runs the part of a statement that reads and writes documents. */
export function executing<T>(command: WriteCommandName, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw executorError(command, error);
  }
}

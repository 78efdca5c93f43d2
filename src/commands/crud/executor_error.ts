// Errors met while a plan runs say which command was running, as mongod's do: "Executor error during find command: db.coll ::
// caused by :: ...". The code and the details stay.

import { CommandError } from "../../error.ts";

export function withContext(context: string, error: unknown): unknown {
  if (!(error instanceof CommandError) || error.message.startsWith(context)) return error;
  return new CommandError(error.code, `${context} :: caused by :: ${error.message}`, {
    labels: error.labels,
    ...(error.info === undefined ? {} : { info: error.info }),
  });
}

/** Runs the part of a command that reads from a plan. */
export function inExecutor<T>(context: string, run: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = run();
    if (!(result instanceof Promise)) return result;
    return result.catch((error) => {
      throw withContext(context, error);
    });
  } catch (error) {
    throw withContext(context, error);
  }
}

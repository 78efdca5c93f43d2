// Errors met while a plan runs say which command was running, as mongod's do: "Executor error during find command: db.coll ::
// caused by :: ...". The code and the details stay.

import { withContext } from "../../error.ts";

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

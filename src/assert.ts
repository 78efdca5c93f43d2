// Checks for programmer errors, always on. A failed assert is a bug in this project: dispatch logs it
// with its stack and answers InternalError. Wrong input from a client is a CommandError instead.

export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws AssertionError when `condition` does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never, message = "unreachable"): never {
  throw new AssertionError(`${message}: ${String(value)}`);
}

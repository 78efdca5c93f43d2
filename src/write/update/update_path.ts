// The paths of update operators: how they are split, which are refused, and the order in which they are applied.
//
// A path names a field (`a.b`), an array element by index (`a.0`), by the filter's match (`a.$`), all elements
// (`a.$[]`), or those an array filter accepts (`a.$[id]`).

import { compareStrings } from "../../bson/compare.ts";
import { CommandError, ErrorCode } from "../../error.ts";

/** True for `$[]` and `$[id]`. */
export function isArrayFilterPart(part: string): boolean {
  return part.startsWith("$[") && part.endsWith("]");
}

/** The `id` of `$[id]`, empty for `$[]`. */
export function arrayFilterIdentifier(part: string): string {
  return part.slice(2, -1);
}

const INDEX = /^[0-9]+$/;

/** Larger numbers are field names: mongod reads indexes as unsigned 32 bit integers. */
const MAX_INDEX = 0xffffffff;

/** The array index a path part stands for, or -1. */
export function arrayIndexOf(part: string): number {
  if (!INDEX.test(part)) return -1;
  const index = Number(part);
  return index <= MAX_INDEX ? index : -1;
}

/**
 * The order in which the fields of one document are updated, hence created: by UTF-8 bytes, but two numeric names
 * by their value.
 */
export function compareNames(a: string, b: string): number {
  if (INDEX.test(a) && INDEX.test(b) && a.length !== b.length) return a.length - b.length;
  return compareStrings(a, b);
}

/** The parts of an update path; throws for paths no operator accepts. */
export function splitUpdatePath(path: string): string[] {
  if (path === "") {
    throw new CommandError(ErrorCode.EmptyFieldName, "An empty update path is not valid.");
  }
  const parts = path.split(".");
  if (parts.includes("")) {
    throw new CommandError(
      ErrorCode.EmptyFieldName,
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  const positional = parts.indexOf("$");
  if (positional >= 0 && parts.indexOf("$", positional + 1) >= 0) {
    throw new CommandError(
      ErrorCode.BadValue,
      `Too many positional (i.e. '$') elements found in path '${path}'`,
    );
  }
  if (positional === 0) {
    throw new CommandError(
      ErrorCode.BadValue,
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
  return parts;
}

/** The error for two operators that reach one field. */
export function pathConflict(path: string, at: string): CommandError {
  return new CommandError(
    ErrorCode.ConflictingUpdateOperators,
    `Updating the path '${path}' would create a conflict at '${at}'`,
  );
}

/** The error for two paths that only the document shows to be one: `$[]` and `$[x]`, `$` and `0`. */
export function mergeConflict(path: string): CommandError {
  return new CommandError(
    ErrorCode.ConflictingUpdateOperators,
    `Update created a conflict at '${path}'`,
  );
}

// Dotted field names: the checks every path in a projection, a sort or an expression passes.
//
// Stored documents may hold names with dots, dollars and empty names; a path cannot reach those, and MongoDB says so
// with these codes. The query language has its own, more lenient, paths.

import { CommandError, ErrorCode } from "../error.ts";

const MAXIMUM_DEPTH = 200;
/** The fields of a DBRef, the only names with a dollar that a path may have. */
const REFERENCE_NAMES: ReadonlySet<string> = new Set(["$db", "$id", "$ref"]);

/** The parts of a dotted path; throws MongoDB's error for a path that no field can have. */
export function parseFieldPath(path: string): string[] {
  if (path.length === 0) {
    throw new CommandError(40352, "FieldPath cannot be constructed with empty string");
  }
  if (path.endsWith(".")) {
    throw new CommandError(40353, `FieldPath must not end with a '.'.`);
  }
  const parts = path.split(".");
  if (parts.length > MAXIMUM_DEPTH) {
    throw new CommandError(ErrorCode.Overflow, "FieldPath is too long");
  }
  for (const part of parts) checkFieldName(part);
  return parts;
}

/** Checks one part of a path. */
export function checkFieldName(name: string): void {
  if (name.length === 0) {
    throw new CommandError(15998, "FieldPath field names may not be empty strings.");
  }
  if (name.startsWith("$") && !REFERENCE_NAMES.has(name)) {
    throw new CommandError(
      16410,
      "Consider using $getField or $setField for a field path with '.' or '$'. :: caused by :: " +
        `FieldPath field names may not start with '$', given '${name}'.`,
    );
  }
  if (name.includes("\0")) {
    throw new CommandError(16411, "FieldPath field names may not contain '\\0'.");
  }
}

// Hints: which index a client insists on, by name, by key pattern, or `{ $natural: 1 }`.

import { equalRaw } from "../bson/compare.ts";
import { elements, type RawValue, readDouble, readString } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { readInt32, readInt64AsNumber } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { PlannerIndex } from "./planner_index.ts";

export interface Hint {
  readonly index?: PlannerIndex;
  /** Direction of a collection scan. */
  readonly natural?: 1 | -1;
}

/** What the planner refuses, in the words mongod puts around it. */
export function plannerError(namespace: string, code: number, reason: string): CommandError {
  return new CommandError(
    code,
    `error processing query: ns=${namespace} planner returned error :: caused by :: ${reason}`,
  );
}

function badHint(namespace: string): CommandError {
  return plannerError(
    namespace,
    ErrorCode.BadValue,
    "hint provided does not correspond to an existing index",
  );
}

/** Finds what a hint names; undefined for an empty hint document. */
export function resolveHint(
  hint: RawValue,
  indexes: readonly PlannerIndex[],
  namespace: string,
): Hint | undefined {
  if (hint.type === BsonType.String) {
    const name = readString(hint.bytes, hint.at);
    const index = indexes.find((one) => one.name === name && one.isUsable);
    if (index === undefined) throw badHint(namespace);
    return { index };
  }
  if (hint.type !== BsonType.Document) {
    throw new CommandError(ErrorCode.FailedToParse, "Hint must be a string or an object");
  }
  const fields = [...elements(hint.bytes, hint.at)];
  if (fields.length === 0) return undefined;
  const natural = fields.find((field) => field.name === "$natural");
  if (natural !== undefined) return { natural: naturalDirection(natural, fields.length) };
  const index = indexes.find((one) => one.isUsable && hasPattern(one, hint));
  if (index === undefined) throw badHint(namespace);
  return { index };
}

function naturalDirection(field: RawValue, fieldCount: number): 1 | -1 {
  const value = isNumericType(field.type) ? numberOf(field) : NaN;
  if (fieldCount !== 1 || (value !== 1 && value !== -1)) {
    throw new CommandError(
      ErrorCode.BadValue,
      "$natural hint cannot be set to a value other than -1 or 1.",
    );
  }
  return value;
}

function numberOf({ bytes, type, at }: RawValue): number {
  if (type === BsonType.Int32) return readInt32(bytes, at);
  if (type === BsonType.Double) return readDouble(bytes, at);
  return type === BsonType.Int64 ? readInt64AsNumber(bytes, at) : NaN;
}

/** Same fields in the same order with equal values (1 and 1.0 are equal). */
function hasPattern(index: PlannerIndex, hint: RawValue): boolean {
  const ours = [...elements(index.spec.keyPattern)];
  const theirs = [...elements(hint.bytes, hint.at)];
  return ours.length === theirs.length && ours.every((one, i) =>
    one.name === theirs[i].name &&
    equalRaw(one.bytes, one.type, one.at, theirs[i].bytes, theirs[i].type, theirs[i].at)
  );
}

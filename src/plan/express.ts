// The express path: a filter that is one equality on `_id` needs no plan.
//
// Two forms: on the raw filter document, before anything is parsed (find's hot path), and on the parsed tree. Values whose
// equality is not a single key are left to the planner: null and undefined (they match missing fields), regular
// expressions, arrays, and documents that are operators.

import { cstringEnd, documentEnd, type RawValue, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { MatchExpression } from "../query/match_expression.ts";

/** 1 for the types whose equality is exactly one key. */
const IS_EXPRESS_TYPE = new Uint8Array(256);
for (
  const type of [
    BsonType.Double,
    BsonType.String,
    BsonType.Document,
    BsonType.Binary,
    BsonType.ObjectId,
    BsonType.Boolean,
    BsonType.Date,
    BsonType.Int32,
    BsonType.Timestamp,
    BsonType.Int64,
    BsonType.Decimal128,
  ]
) {
  IS_EXPRESS_TYPE[type] = 1;
}

/** The `_id` of a parsed filter `{_id: X}`. */
export function expressId(filter: MatchExpression): RawValue | undefined {
  if (filter.kind !== "compare" || filter.operator !== "$eq" || filter.path !== "_id") {
    return undefined;
  }
  return IS_EXPRESS_TYPE[filter.value.type] === 1 ? filter.value : undefined;
}

/** The `_id` of a filter document `{_id: X}` or `{_id: {$eq: X}}`, read in place; undefined for anything else. */
export function expressIdOf(filter: Uint8Array, start = 0): RawValue | undefined {
  // |length, 4|type|_ i d 00|value|00|
  if (
    filter[start + 5] !== 0x5f || filter[start + 6] !== 0x69 || filter[start + 7] !== 0x64 ||
    filter[start + 8] !== 0
  ) {
    return undefined;
  }
  const type = filter[start + 4];
  const at = start + 9;
  if (IS_EXPRESS_TYPE[type] !== 1) return undefined;
  if (valueEnd(filter, type, at) !== documentEnd(filter, start) - 1) return undefined;
  if (type === BsonType.Document && filter[at + 4] !== 0 && filter[at + 5] === 0x24) {
    return equalityOperand(filter, at);
  }
  return { bytes: filter, type, at };
}

/** The X of `{$eq: X}`. */
function equalityOperand(bytes: Uint8Array, start: number): RawValue | undefined {
  const nameEnd = cstringEnd(bytes, start + 5);
  const isEquality = nameEnd === start + 8 && bytes[start + 6] === 0x65 &&
    bytes[start + 7] === 0x71;
  if (!isEquality) return undefined;
  const type = bytes[start + 4];
  const at = nameEnd + 1;
  if (IS_EXPRESS_TYPE[type] !== 1) return undefined;
  if (valueEnd(bytes, type, at) !== documentEnd(bytes, start) - 1) return undefined;
  return { bytes, type, at };
}

// Is a document in a filter a list of operators, or a value? `{$gt: 1}` is the former, `{x: 1}` and a DBRef the latter.

import { BsonType } from "../bson/type.ts";
import { documentEnd, findElement, nameBytes, type RawValue } from "../bson/read.ts";

const REF = nameBytes("$ref");
const ID = nameBytes("$id");
const DB = nameBytes("$db");

/**
 * True for `{$gt: 1}`, false for values and DBRefs. An incomplete DBRef (only one of its fields) is a value inside
 * `$elemMatch` alone.
 */
export function isOperatorDocument(value: RawValue, incompleteDBRef: boolean): boolean {
  if (value.type !== BsonType.Document) return false;
  const { bytes, at } = value;
  if (documentEnd(bytes, at) === at + 5 || bytes[at + 5] !== 0x24) return false;
  const hasRef = findElement(bytes, at, REF) >= 0;
  const hasId = findElement(bytes, at, ID) >= 0;
  if (incompleteDBRef) return !(hasRef || hasId || findElement(bytes, at, DB) >= 0);
  return !(hasRef && hasId);
}

// planCacheSetFilter: says which indexes queries of a shape may use; a filter for the same shape is replaced.
// Manual: "planCacheSetFilter".

import {
  documentOf,
  elements,
  getField,
  isEmptyDocument,
  type RawValue,
  readString,
} from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { indexFiltersOf } from "../../plan/index_filters.ts";
import { planCacheOf } from "../../plan/plan_cache.ts";
import { defineCommand } from "../definition.ts";
import { requiredShape } from "./shape_argument.ts";

export const planCacheSetFilter = defineCommand({
  name: "planCacheSetFilter",
  help: "Sets index filter for a query shape. Overrides existing filter.",
  auth: "required",
  target: "collection",
  takesAnyField: true,
  arguments: {},
  run({ body, engine, namespace, reply }) {
    const collection = engine.catalog.collection(namespace);
    if (collection === undefined) throw badValue("no such collection");
    const indexes = namedIndexes(getField(body, "indexes"));
    const { shapeHash, ...given } = requiredShape(body, collection);
    indexFiltersOf(collection).set({ ...given, ...indexes });
    engine.store.planner.hasIndexFilters = true;
    planCacheOf(collection).clearShape(shapeHash);
    return reply;
  },
});

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

function namedIndexes(given: RawValue | undefined): { patterns: Uint8Array[]; names: string[] } {
  if (given === undefined) throw badValue("required field indexes missing");
  if (given.type !== BsonType.Array) throw badValue("required field indexes must be an array");
  const patterns: Uint8Array[] = [];
  const names: string[] = [];
  for (const item of elements(given.bytes, given.at)) {
    if (item.type === BsonType.String) {
      names.push(readString(item.bytes, item.at));
    } else if (item.type === BsonType.Document) {
      const pattern = documentOf(item);
      if (isEmptyDocument(pattern)) throw badValue("index specification cannot be empty");
      patterns.push(pattern.slice());
    } else {
      throw badValue("each item in indexes must be an object or string");
    }
  }
  if (patterns.length + names.length === 0) {
    throw badValue("required field indexes must contain at least one index");
  }
  return { patterns, names };
}

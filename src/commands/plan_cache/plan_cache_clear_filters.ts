// planCacheClearFilters: takes away the index filter of a query shape, or all of a collection.
// Manual: "planCacheClearFilters".

import { indexFiltersOf } from "../../plan/index_filters.ts";
import { planCacheOf } from "../../plan/plan_cache.ts";
import { hashText } from "../../plan/query_shape.ts";
import { defineCommand } from "../definition.ts";
import { shapeArgument } from "./shape_argument.ts";

export const planCacheClearFilters = defineCommand({
  name: "planCacheClearFilters",
  help: "Clears index filter for a single query shape or, if the query shape is omitted, " +
    "all filters for the collection.",
  auth: "required",
  target: "collection",
  takesAnyField: true,
  arguments: {},
  run(context) {
    const collection = context.engine.catalog.collection(context.namespace);
    if (collection === undefined) return context.reply;
    const given = shapeArgument(context.body, collection);
    const filters = indexFiltersOf(collection);
    const shapes = given === undefined ? filters.list().map(({ shape }) => shape) : [given.shape];
    for (const shape of shapes) {
      filters.remove(shape);
      planCacheOf(collection).clearShape(hashText(shape));
    }
    return context.reply;
  },
});

// planCacheClear: forgets the cached plans of a collection, or those of one query shape.
// Manual: "planCacheClear".

import { planCacheOf } from "../../plan/plan_cache.ts";
import { defineCommand } from "../definition.ts";
import { shapeArgument } from "./shape_argument.ts";

export const planCacheClear = defineCommand({
  name: "planCacheClear",
  help: "Drops one or all cached queries in a collection.",
  auth: "required",
  target: "collection",
  takesAnyField: true,
  arguments: {},
  run(context) {
    const collection = context.engine.catalog.collection(context.namespace);
    if (collection === undefined) return context.reply;
    const given = shapeArgument(context.body, collection);
    const cache = planCacheOf(collection);
    if (given === undefined) cache.clear();
    else cache.clearShape(given.shapeHash);
    return context.reply;
  },
});

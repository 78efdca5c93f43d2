// planCacheListFilters: the index filters of a collection.
// Manual: "planCacheListFilters".

import { indexFiltersOf } from "../../plan/index_filters.ts";
import { defineCommand } from "../definition.ts";

export const planCacheListFilters = defineCommand({
  name: "planCacheListFilters",
  help: "Displays index filters for all query shapes in a collection.",
  auth: "required",
  target: "collection",
  takesAnyField: true,
  arguments: {},
  run({ engine, namespace, reply }) {
    const collection = engine.catalog.collection(namespace);
    const filters = collection === undefined ? [] : indexFiltersOf(collection).list();
    reply.startArray("filters");
    for (const { query, sort, projection, collation, patterns, names } of filters) {
      reply.startDocument();
      reply.document("query", query);
      reply.document("sort", sort);
      reply.document("projection", projection);
      if (collation !== undefined) reply.document("collation", collation);
      reply.startArray("indexes");
      for (const pattern of patterns) reply.document(undefined, pattern);
      for (const name of names) reply.string(undefined, name);
      reply.end();
      reply.end();
    }
    reply.end();
    return reply;
  },
});

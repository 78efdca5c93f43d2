// $planCacheStats: the plans remembered for the collection's queries (plan/plan_cache.ts), one row per entry.

import { BsonWriter } from "../../bson/encode.ts";
import { elements } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { type CacheEntry, planCacheOf } from "../../plan/plan_cache.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { rowsStream } from "../rows_stream.ts";
import { servicesOf } from "../services.ts";

export const $planCacheStats: StageDefinition = {
  name: "$planCacheStats",
  help: "Plans remembered for a collection",
  isFirstOnly: true,
  notInFacet: true,
  parse(spec): Stage {
    if (spec.type !== BsonType.Document) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        `$planCacheStats value must be an object. Found: ${typeName(spec.type)}`,
      );
    }
    for (const option of elements(spec.bytes, spec.at)) {
      if (option.name !== "allHosts") throw unknownOption(`$planCacheStats.${option.name}`);
      if (option.type !== BsonType.Boolean) {
        throw wrongOptionType("$planCacheStats.allHosts", option.type, "bool");
      }
    }
    return {
      name: "$planCacheStats",
      given: spec,
      isSource: true,
      open(_input, context) {
        const { engine, host } = servicesOf(context);
        return rowsStream(() => {
          const collection = engine.catalog.collection(context.namespace);
          if (collection === undefined) {
            throw new CommandError(50933, `collection '${context.namespace}' does not exist`);
          }
          const cache = planCacheOf(collection);
          cache.follow(collection.indexes);
          return cache.entries().map((entry) => entryRow(entry, host));
        });
      },
    };
  },
};

function entryRow(entry: CacheEntry, host: string): Uint8Array {
  const { details } = entry;
  const writer = new BsonWriter(2048);
  writer.startDocument();
  writer.string("version", "1");
  writer.string("queryHash", entry.shapeHash);
  writer.string("planCacheShapeHash", entry.shapeHash);
  writer.string("planCacheKey", entry.planCacheKey);
  writer.bool("isActive", entry.isActive);
  writer.int64("works", BigInt(entry.works));
  writer.string("worksType", "works");
  writer.date("timeOfCreation", entry.createdAtMs);
  writer.document("createdFromQuery", details.createdFromQuery);
  writer.document("cachedPlan", details.cachedPlan);
  writer.startArray("creationExecStats");
  for (const document of details.creationExecStats) writer.document(undefined, document);
  writer.end();
  writer.startArray("candidatePlanScores");
  for (const score of details.scores) writer.double(undefined, score);
  writer.end();
  writer.bool("indexFilterSet", details.indexFilterSet);
  writer.int64("estimatedSizeBytes", BigInt(details.sizeBytes));
  writer.string("host", host);
  writer.end();
  return writer.bytes();
}

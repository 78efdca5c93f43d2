// $planCacheStats: the plans remembered for the collection's queries. This server plans each query anew and keeps no plans,
// so there are none to show.

import { elements } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
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
        const { engine } = servicesOf(context);
        return rowsStream(() => {
          if (engine.catalog.collection(context.namespace) !== undefined) return [];
          throw new CommandError(50933, `collection '${context.namespace}' does not exist`);
        });
      },
    };
  },
};

// $match: the documents a filter accepts. At the front of a pipeline the planner finds them.

import { documentOf, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { type CompiledFilter, compileQuery } from "../../query/filter.ts";
import { childrenOf, type MatchExpression } from "../../query/match_expression.ts";
import { serialize } from "../../query/serialize.ts";
import { FilterStream } from "../../stream/filter_stream.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { readsOf, topLevel } from "../projection_effect.ts";

/** The $match stage of a parsed filter. */
export function matchStage(filter: CompiledFilter, given?: RawElement): Stage {
  const reads = fieldsOf(filter.expression);
  return {
    name: "$match",
    ...(given === undefined
      ? { explain: (writer) => writer.document("$match", serialize(filter.expression)) }
      : { given }),
    front: { kind: "match", filter },
    effect: { reads, writes: new Set(), letsFiltersPass: true },
    open: (input) => filter.isEmpty ? input : new FilterStream(input, filter.matches),
  };
}

/** The top-level fields a filter looks at; undefined when it may look at all. */
export function fieldsOf(expression: MatchExpression): Set<string> | undefined {
  if (expression.kind === "jsonSchema" || expression.kind === "sampleRate") return undefined;
  if (expression.kind === "expr") {
    const { dependencies } = expression.expression;
    return dependencies.random ? undefined : readsOf([dependencies]);
  }
  if ("path" in expression && expression.path !== undefined) {
    return new Set([topLevel(expression.path)]);
  }
  const fields = new Set<string>();
  for (const child of childrenOf(expression)) {
    const inner = fieldsOf(child);
    if (inner === undefined) return undefined;
    for (const field of inner) fields.add(field);
  }
  return fields;
}

export const $match: StageDefinition = {
  name: "$match",
  help: "Keeps the documents that match a filter",
  parse(spec, context): Stage {
    if (spec.type !== BsonType.Document) {
      throw new CommandError(15959, "the match filter must be an expression in an object");
    }
    return matchStage(compileQuery(documentOf(spec), context.query), spec);
  },
};

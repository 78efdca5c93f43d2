// The query of count and distinct: a filter with hint and collation on one namespace. On a collection it is compiled for the
// planner; on a view it becomes a pipeline over what the view shows.

import type { Collation } from "../../bson/collation.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { isEmptyDocument } from "../../bson/read.ts";
import { type Hint, resolveHint } from "../../plan/hint.ts";
import { type CompiledFilter, compileQuery } from "../../query/filter.ts";
import type { Collection } from "../../storage/collection.ts";
import type { ParsedArguments } from "../arguments.ts";
import type { CommandContext } from "../definition.ts";
import { forEachResult } from "./aggregate_run.ts";
import { EMPTY_DOCUMENT, queryCollation } from "./find_query.ts";
import { systemVariables } from "./system_variables.ts";

type FilterArguments = ParsedArguments<"query" | "hint" | "collation">;

export interface FilterQuery {
  readonly filter: CompiledFilter;
  readonly hint: Hint | undefined;
  readonly collation: Collation | undefined;
}

/** Compiles the filter and finds the hinted index; undefined collection: it does not exist. */
export function compileFilterQuery(
  args: FilterArguments,
  collection: Collection | undefined,
  namespace: string,
  { engine, operation }: CommandContext,
): FilterQuery {
  const collation = queryCollation(args.document("collation"), collection);
  const filter = compileQuery(args.document("query", EMPTY_DOCUMENT), {
    collation,
    now: BigInt(Date.now()),
    get constants() {
      return systemVariables(engine);
    },
    checkInterrupt: () => operation.checkInterrupt(),
  });
  const given = args.value("hint");
  const hint = given === undefined || collection === undefined
    ? undefined
    : resolveHint(given, collection.indexes, namespace);
  return { filter, hint, collation };
}

/** Visits the documents a view shows and the filter accepts. */
export function forEachOnView(
  context: CommandContext,
  args: FilterArguments,
  visit: (bytes: Uint8Array, start: number) => void,
): Promise<void> {
  return forEachResult(
    context,
    {
      namespace: context.namespace,
      pipeline: matchPipeline(args.document("query", EMPTY_DOCUMENT)),
      collation: args.document("collation"),
      hint: args.value("hint"),
    },
    visit,
  );
}

function matchPipeline(filter: Uint8Array): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  if (!isEmptyDocument(filter)) {
    writer.startDocument("0");
    writer.document("$match", filter);
    writer.end();
  }
  writer.end();
  return writer.bytes();
}

// find, count and distinct on a view: the same question as a pipeline over the view's collection.

import { BsonWriter } from "../../bson/encode.ts";
import { isEmptyDocument } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { type AggregateRequest, runAggregate } from "./aggregate_run.ts";
import type { FindArguments } from "./find_query.ts";

/** Options of find that an aggregate cannot have. */
const NOT_IN_AGGREGATE = ["max", "min", "returnKey", "showRecordId", "tailable"] as const;

/** Answers a find on a view. */
export function findOnView(context: CommandContext, args: FindArguments): Reply | Promise<Reply> {
  return runAggregate(context, viewRequest(context, args));
}

/** A find as an aggregate. */
export function viewRequest(context: CommandContext, args: FindArguments): AggregateRequest {
  for (const option of NOT_IN_AGGREGATE) {
    const isSet = option === "max" || option === "min" ? args.has(option) : args.boolean(option);
    if (!isSet) continue;
    throw new CommandError(
      ErrorCode.InvalidPipelineOperator,
      `Option ${option} not supported in aggregation.`,
    );
  }
  const writer = new BsonWriter(256);
  writer.startDocument();
  let count = 0;
  const stage = (write: () => void): void => {
    writer.startDocument(String(count++));
    write();
    writer.end();
  };
  const filter = args.document("filter");
  if (filter !== undefined && !isEmptyDocument(filter)) {
    stage(() => writer.document("$match", filter));
  }
  const sort = args.document("sort");
  if (sort !== undefined && !isEmptyDocument(sort)) {
    stage(() => writer.document("$sort", sort));
  }
  const skip = args.int("skip", 0);
  if (skip > 0) stage(() => writer.int64("$skip", BigInt(skip)));
  const limit = args.int("limit", 0);
  if (limit > 0) stage(() => writer.int64("$limit", BigInt(limit)));
  const projection = args.document("projection");
  if (projection !== undefined && !isEmptyDocument(projection)) {
    stage(() => writer.document("$project", projection));
  }
  writer.end();
  return {
    namespace: context.namespace,
    pipeline: writer.bytes(),
    let: args.document("let"),
    collation: args.document("collation"),
    hint: args.value("hint"),
    allowDiskUse: args.boolean("allowDiskUse", context.engine.store.planner.limits.allowDiskUse),
    batchSize: args.int("batchSize"),
    singleBatch: args.boolean("singleBatch"),
  };
}

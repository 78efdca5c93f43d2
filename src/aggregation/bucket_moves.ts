// The optimizer's rule for time series: what stands behind the unpacking of buckets decides which buckets and columns are read.
//
// The latest few measurements are in the few buckets that go on the longest: a bucket's control has its latest time, so a $sort by time
// downwards with a limit becomes one of buckets, too.
// A $match right behind becomes a second one in front, on whole buckets (timeseries/bucket_filter.ts), which goes into the query
// plan and may use an index; the $match itself stays, unless it only asked for the meta field. Fields nothing behind looks at
// are not unpacked.

import { decodeValue } from "../bson/decode.ts";
import { documentFrom } from "../bson/encode.ts";
import { elements } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { type CompiledFilter, compileFilter } from "../query/filter.ts";
import { idsOrderByTime } from "../storage/bucket_ids.ts";
import { bucketFilter, isMetaOnly } from "../timeseries/bucket_filter.ts";
import type { OptimizerRule, PipelineContext, Rewrite, Stage } from "./definition.ts";
import { fieldNeeds } from "./field_needs.ts";
import { matchStage } from "./stages/match.ts";
import { limitStage } from "./stages/skip_limit.ts";
import { sortStage } from "./stages/sort.ts";
import {
  isUnpackStage,
  type UnpackSpec,
  type UnpackStage,
  unpackStage,
} from "./stages/internal_unpack_bucket.ts";

export const readFewerBuckets: OptimizerRule = {
  name: "readFewerBuckets",
  help:
    "A $match behind the unpacking of buckets keeps buckets from being read, fields nobody wants stay packed",
  apply(stages, at, context): Rewrite | undefined {
    const unpack = stages[at];
    if (!isUnpackStage(unpack) || at > 0) return undefined;
    const next = stages[at + 1];
    const filter = next?.front?.kind === "match" ? next.front.filter : undefined;
    const onBuckets = filter === undefined ? undefined : bucketFilter(filter.expression, {
      ...unpack.unpack,
      idsOrderByTime: canUseIds(context),
    });
    const isDone = filter !== undefined && isMetaOnly(filter.expression, unpack.unpack.metaField);
    const narrowed = narrow(unpack, stages.slice(at + 1));
    const latest = latestBuckets(stages[at + (isDone ? 2 : 1)], unpack.unpack, filter, isDone);
    const rewritten: Stage[] = [...latest, narrowed];
    if (onBuckets !== undefined) {
      const matches = compileFilter(onBuckets);
      rewritten.unshift(matchStage({ expression: onBuckets, matches, isEmpty: false }));
    }
    return { at, count: isDone ? 2 : 1, stages: rewritten };
  },
};

/** More buckets than this are not sorted: they are large. */
const MAX_SORTED_BUCKETS = 100;

/** Sorting and limiting buckets in front of a sort of measurements that wants only the latest few. */
function latestBuckets(
  sort: Stage | undefined,
  { timeField }: UnpackSpec,
  filter: CompiledFilter | undefined,
  isWhole: boolean,
): readonly Stage[] {
  if (filter !== undefined && !filter.isEmpty && !isWhole) return [];
  const { topCount, front, given } = sort ?? {};
  if (topCount === undefined || front?.kind !== "sort" || given?.type !== BsonType.Document) {
    return [];
  }
  const fields = [...elements(given.bytes, given.at)];
  const isLatestFirst = fields.length === 1 && fields[0].name === timeField &&
    isNumericType(fields[0].type) && Number(decodeValue(fields[0])) < 0;
  if (!isLatestFirst || topCount > MAX_SORTED_BUCKETS) return [];
  const order = documentFrom({ [`control.max.${timeField}`]: -1 });
  const spec = { name: "$sort", bytes: order, type: BsonType.Document, at: 0 };
  return [sortStage(spec, topCount), limitStage(topCount)];
}

function canUseIds(context: PipelineContext): boolean {
  const collection = context.sources.collection?.(context.namespace);
  return collection !== undefined && idsOrderByTime(collection);
}

/** The stage, which comes first here, unpacking only what those behind it look at. */
function narrow(stage: UnpackStage, behind: readonly Stage[]): UnpackStage {
  const unpack: UnpackSpec = { ...stage.unpack, isDistinct: true };
  const [needed] = fieldNeeds(behind);
  const isOpen = unpack.include === undefined && unpack.exclude === undefined;
  return unpackStage(isOpen && needed !== undefined ? { ...unpack, include: needed } : unpack);
}

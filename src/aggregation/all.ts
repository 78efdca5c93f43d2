// All stages, by name, in alphabetical order.

import type { StageDefinition } from "./definition.ts";
import { $listSampledQueries, $querySettings } from "./stages/admin_listings.ts";
import { $bucket } from "./stages/bucket.ts";
import { $bucketAuto } from "./stages/bucket_auto.ts";
import { $collStats } from "./stages/coll_stats.ts";
import { $currentOp } from "./stages/current_op.ts";
import { $densify } from "./stages/densify.ts";
import { $documents } from "./stages/documents.ts";
import { $facet } from "./stages/facet.ts";
import { $fill } from "./stages/fill.ts";
import { $geoNear } from "./stages/geo_near.ts";
import { $graphLookup } from "./stages/graph_lookup.ts";
import { $group } from "./stages/group.ts";
import { $indexStats } from "./stages/index_stats.ts";
import { $listLocalSessions, $listSessions } from "./stages/list_sessions.ts";
import { $_internalUnpackBucket } from "./stages/internal_unpack_bucket.ts";
import { $lookup } from "./stages/lookup.ts";
import { $match } from "./stages/match.ts";
import { $merge } from "./stages/merge.ts";
import { $out } from "./stages/out.ts";
import { $planCacheStats } from "./stages/plan_cache_stats.ts";
import { $addFields, $project, $set, $unset } from "./stages/project.ts";
import { $redact } from "./stages/redact.ts";
import { $replaceRoot, $replaceWith } from "./stages/replace_root.ts";
import { $sample } from "./stages/sample.ts";
import { $setWindowFields } from "./stages/set_window_fields.ts";
import { $count, $limit, $skip } from "./stages/skip_limit.ts";
import { $sort, $sortByCount } from "./stages/sort.ts";
import { $unionWith } from "./stages/union_with.ts";
import { $unwind } from "./stages/unwind.ts";

export const STAGES: readonly StageDefinition[] = [
  $_internalUnpackBucket,
  $addFields,
  $bucket,
  $bucketAuto,
  $collStats,
  $count,
  $currentOp,
  $densify,
  $documents,
  $facet,
  $fill,
  $geoNear,
  $graphLookup,
  $group,
  $indexStats,
  $limit,
  $listLocalSessions,
  $listSampledQueries,
  $listSessions,
  $lookup,
  $match,
  $merge,
  $out,
  $planCacheStats,
  $project,
  $querySettings,
  $redact,
  $replaceRoot,
  $replaceWith,
  $sample,
  $set,
  $setWindowFields,
  $skip,
  $sort,
  $sortByCount,
  $unionWith,
  $unset,
  $unwind,
];

// All accumulators of $group, by name. Sorted within their families.

import type { AccumulatorDefinition } from "../definition.ts";
import { END_ACCUMULATORS } from "./ends.ts";
import { EXTREME_ACCUMULATORS } from "./extremes.ts";
import { LIST_ACCUMULATORS } from "./lists.ts";
import { ORDERED_ACCUMULATORS } from "./ordered.ts";
import { QUANTILE_ACCUMULATORS } from "./quantiles.ts";
import { SUM_ACCUMULATORS } from "./sums.ts";

export const ACCUMULATORS: ReadonlyMap<string, AccumulatorDefinition> = new Map(
  [
    ...END_ACCUMULATORS,
    ...EXTREME_ACCUMULATORS,
    ...LIST_ACCUMULATORS,
    ...ORDERED_ACCUMULATORS,
    ...QUANTILE_ACCUMULATORS,
    ...SUM_ACCUMULATORS,
  ].map((one) => [one.name, one]),
);

// All window functions, by name: those of their own and the accumulators that have a window form.

import { ACCUMULATORS } from "../accumulators/all.ts";
import { accumulatorWindow } from "./accumulating.ts";
import { COVARIANCE_WINDOWS } from "./covariance.ts";
import type { WindowDefinition } from "./definition.ts";
import { END_WINDOWS } from "./ends.ts";
import { $linearFill } from "./linear_fill.ts";
import { $minMaxScaler } from "./min_max_scaler.ts";
import { RATE_WINDOWS } from "./rates.ts";
import { RUNNING_WINDOWS } from "./running.ts";

const ACCUMULATING: readonly WindowDefinition[] = [...ACCUMULATORS.values()]
  .filter(({ isWindowFunction }) => isWindowFunction !== false)
  .map(accumulatorWindow);

export const WINDOW_FUNCTIONS: ReadonlyMap<string, WindowDefinition> = new Map(
  [
    ...ACCUMULATING,
    ...COVARIANCE_WINDOWS,
    ...END_WINDOWS,
    $linearFill,
    $minMaxScaler,
    ...RATE_WINDOWS,
    ...RUNNING_WINDOWS,
  ].map((one) => [one.name, one]),
);

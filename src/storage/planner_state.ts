// What the planner is told about all collections of an engine, and what it counts there.
//
// Storage does nothing with it; it stands here because a collection is all that the planner gets to see.

import { DEFAULT_MEMORY_LIMITS, type MemoryLimits } from "../stream/memory_limits.ts";

export class PlannerState {
  /** What queries may hold in memory. */
  limits: MemoryLimits = DEFAULT_MEMORY_LIMITS;
  /** The parameter notablescan: queries without an index are refused. */
  refusesScans = false;
  /** Some collection has, or had, an index filter: only then queries are looked up among them. */
  hasIndexFilters = false;
  /** What became of queries with several plans, for serverStatus. */
  readonly planCache: { hits: number; misses: number; replanned: number } = {
    hits: 0,
    misses: 0,
    replanned: 0,
  };
}

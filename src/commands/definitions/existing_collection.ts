// The collection a command about definitions is for: there must be one, and it must not be a view. For a time series it is the
// collection of its buckets.

import { CommandError, ErrorCode } from "../../error.ts";
import type { Collection } from "../../storage/collection.ts";
import type { CommandContext } from "../definition.ts";

/** 166 for a view; `missing` makes the error for a name that is not there. */
export function existingCollection(
  context: CommandContext,
  missing: () => CommandError,
): Collection {
  const { namespace } = context;
  const collection = context.engine.catalog.collection(namespace);
  if (collection !== undefined) return collection;
  const series = context.engine.catalog.timeSeries(namespace);
  if (series !== undefined) return series.buckets;
  if (context.engine.catalog.view(namespace) !== undefined) {
    throw new CommandError(
      ErrorCode.CommandNotSupportedOnView,
      `Namespace ${namespace} is a view, not a collection`,
    );
  }
  throw missing();
}

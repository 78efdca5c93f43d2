// What the namespace of a pipeline says about it.

import type { PipelineContext } from "./definition.ts";

/** True for a pipeline that was sent without a collection. */
export function isCollectionless(context: PipelineContext): boolean {
  return context.namespace.endsWith(".$cmd.aggregate");
}

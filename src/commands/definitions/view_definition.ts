// Whether a view may be defined: its pipeline is legal, and following `viewOn` never comes back to itself.
// Manual: "Views".

import type { PipelineContext } from "../../aggregation/definition.ts";
import { parsePipeline } from "../../aggregation/pipeline.ts";
import { CatalogSources } from "../../aggregation/run_pipeline.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { ExpressionCompiler } from "../../expression/expression.ts";
import { EMPTY_DOCUMENT } from "../../storage/collection_options.ts";
import { systemVariables } from "../crud/system_variables.ts";
import type { CommandContext } from "../definition.ts";

/** How many views may stand on each other. */
const MAX_DEPTH = 20;

/** Throws for a pipeline that writes or is wrong in itself, cycles (5) and depth (165). */
export function checkViewDefinition(
  context: CommandContext,
  namespace: string,
  viewOn: string,
  pipeline: Uint8Array | undefined,
): void {
  const { database } = context;
  if (viewOn === "" || viewOn.includes("\0")) {
    throw new CommandError(ErrorCode.BadValue, "'viewOn' cannot be empty");
  }
  checkPipeline(context, namespace, pipeline ?? EMPTY_DOCUMENT);
  let next: string | undefined = viewOn;
  for (let depth = 1; next !== undefined; depth++) {
    const current: string = `${database}.${next}`;
    if (current === namespace) {
      throw new CommandError(
        ErrorCode.GraphContainsCycle,
        `View cycle detected: ${namespace} => ${current}`,
      );
    }
    if (depth > MAX_DEPTH) {
      throw new CommandError(
        ErrorCode.ViewDepthLimitExceeded,
        `View depth limit exceeded; maximum depth is ${MAX_DEPTH}`,
      );
    }
    next = context.engine.catalog.view(current)?.options.viewOn;
  }
}

/** The pipeline must be one that can be read again and again: no writing, and documents of the collection. */
function checkPipeline(command: CommandContext, namespace: string, pipeline: Uint8Array): void {
  const now = BigInt(Date.now());
  const compiler = new ExpressionCompiler({ now, constants: systemVariables(command.engine) });
  const context: PipelineContext = {
    database: command.database,
    namespace,
    query: { now, expressionCompiler: compiler },
    compiler,
    allowDiskUse: true,
    limits: command.engine.store.planner.limits,
    sources: new CatalogSources(command.engine.catalog),
    parse: parsePipeline,
    place: "view",
    optimize: false,
  };
  parsePipeline(pipeline, context).forEach((stage, at) => {
    if (stage.isWriter !== true) return;
    throw new CommandError(
      ErrorCode.OptionNotSupportedOnView,
      `Invalid pipeline for view ${namespace} :: caused by :: The aggregation stage ${stage.name} ` +
        `in location ${at} of the pipeline cannot be used in the view definition of ${namespace} ` +
        "because it writes to disk",
    );
  });
}

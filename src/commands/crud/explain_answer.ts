// The answer to an explain of anything but an aggregate: the sections of one plan, then what every explain ends with.

import type { BsonWriter } from "../../bson/encode.ts";
import { elements } from "../../bson/read.ts";
import {
  type PlanExplanation,
  type RunOutcome,
  type Verbosity,
  writeExecutionStats,
  writeQueryPlanner,
} from "../../plan/explain.ts";
import type { CommandContext } from "../definition.ts";
import { shapeText } from "../../plan/query_shape.ts";
import { writeExplainEnd, writeShapeHash } from "./explain_reply.ts";

/** What is explained: its name, its arguments, and its namespace. */
export interface ExplainedCommand {
  readonly context: CommandContext;
  readonly body: Uint8Array;
  readonly verbosity: Verbosity;
  readonly namespace: string;
}

/** Writes the two sections of a plan and the end of the answer. */
export function writeAnswer(
  explained: ExplainedCommand,
  explanation: PlanExplanation,
  outcome: RunOutcome,
): BsonWriter {
  const { context, verbosity } = explained;
  const { reply } = context;
  reply.string("explainVersion", "1");
  writeQueryPlanner(reply, explanation);
  if (verbosity !== "queryPlanner") writeExecutionStats(reply, explanation, outcome, verbosity);
  const [command] = elements(explained.body);
  // mongod gives other commands no shape.
  if (command.name === "find" || command.name === "distinct") {
    const { filter, namespace, plan } = explanation;
    const shape = shapeText(plan.request ?? { filter: { expression: filter } });
    writeShapeHash(reply, namespace, `${command.name} ${shape}`);
  }
  writeExplainEnd(reply, context, explained.body);
  return reply;
}

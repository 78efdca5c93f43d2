// $group: documents with equal ids into one, fields gathered by accumulators.
//
// Reading the specification; the work is in group_stream.ts.

import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { type AccumulatedField, parseAccumulatedField } from "../accumulators/statement.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { GroupStream } from "../group_stream.ts";
import { readsOf } from "../projection_effect.ts";

/** The $group stage of a specification; `computedId` stands for the specification's own _id where that is slower. */
export function groupStage(
  spec: RawElement,
  context: PipelineContext,
  computedId?: Expression,
): Stage {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(15947, "a group's fields must be specified in an object");
  }
  let id: Expression | undefined;
  const fields: AccumulatedField[] = [];
  for (const field of elements(spec.bytes, spec.at)) {
    if (field.name !== "_id") fields.push(parseAccumulatedField(field, context, "group"));
    else if (id === undefined) id = context.compiler.compile(field);
    else throw new CommandError(15948, "a group's _id may only be specified once");
  }
  if (id === undefined) {
    throw new CommandError(15955, "a group specification must include an _id");
  }
  const idExpression = computedId ?? id;
  return {
    name: "$group",
    given: spec,
    effect: {
      reads: readsOf([
        idExpression.dependencies,
        ...fields.map(({ accumulator }) => accumulator.argument.dependencies),
      ]),
      writes: undefined,
      isExhaustive: true,
    },
    open: (input, run) => new GroupStream(input, idExpression, fields, run),
  };
}

export const $group: StageDefinition = {
  name: "$group",
  help: "Groups documents by an expression and gathers values with accumulators",
  parse: (spec, context) => groupStage(spec, context),
};

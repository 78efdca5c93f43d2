// $group: documents with equal ids into one, fields gathered by accumulators.
//
// Reading the specification; the work is in group_stream.ts.

import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { type AccumulatedField, parseAccumulatedField } from "../accumulators/statement.ts";
import type { GroupPart, PipelineContext, Stage, StageDefinition } from "../definition.ts";
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
  const part = groupPart(spec);
  return {
    name: "$group",
    given: spec,
    ...(part === undefined ? {} : { group: part }),
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

const ENDS: Readonly<Record<string, GroupPart["wants"]>> = { $first: "first", $last: "last" };

/** Set when only the first or only the last document of each group counts. */
function groupPart(spec: RawElement): GroupPart | undefined {
  let path: string | undefined;
  let wants: GroupPart["wants"] = "any";
  for (const field of elements(spec.bytes, spec.at)) {
    if (field.name === "_id") {
      const text = field.type === BsonType.String ? readString(field.bytes, field.at) : "";
      if (!text.startsWith("$") || text.startsWith("$$")) return undefined;
      path = text.slice(1);
      continue;
    }
    const wanted = ENDS[elements(field.bytes, field.at).next().value!.name];
    if (wanted === undefined || (wants !== "any" && wants !== wanted)) return undefined;
    wants = wanted;
  }
  return path === undefined ? undefined : { path, wants };
}

export const $group: StageDefinition = {
  name: "$group",
  help: "Groups documents by an expression and gathers values with accumulators",
  parse: (spec, context) => groupStage(spec, context),
};

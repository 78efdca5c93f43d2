// One output field of a $group: `total: { $sum: "$price" }`.

import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { AccumulatorSite, CompiledAccumulator, PipelineContext } from "../definition.ts";
import { ACCUMULATORS } from "./all.ts";

export interface AccumulatedField {
  readonly name: string;
  readonly accumulator: CompiledAccumulator;
}

export function parseAccumulatedField(
  field: RawElement,
  context: PipelineContext,
  site: AccumulatorSite,
): AccumulatedField {
  const { name } = field;
  const operators = field.type === BsonType.Document ? [...elements(field.bytes, field.at)] : [];
  if (operators.length === 0 || !operators[0].name.startsWith("$")) {
    throw new CommandError(40234, `The field '${name}' must be an accumulator object`);
  }
  if (name.includes(".")) {
    throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
  }
  if (name.startsWith("$")) {
    throw new CommandError(40236, `The field name '${name}' cannot be an operator name`);
  }
  if (operators.length > 1) {
    throw new CommandError(40238, `The field '${name}' must specify one accumulator`);
  }
  const definition = ACCUMULATORS.get(operators[0].name);
  if (definition === undefined) {
    throw new CommandError(15952, `unknown group operator '${operators[0].name}'`);
  }
  return { name, accumulator: definition.compile(operators[0], context, site) };
}

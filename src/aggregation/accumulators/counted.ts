// The arguments `n` and `input` of $firstN, $lastN, $minN and $maxN, with their errors.
//
// In a $group `n` may be an expression over the group's _id; elsewhere it has to be a constant.

import { toShellText } from "../../bson/json.ts";
import { asInt64Exact, isNumber } from "../../bson/number.ts";
import { toDocument } from "../../bson/decode.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { MISSING, type OptionalValue } from "../../bson/value.ts";
import { valueInMessage } from "../../expression/text.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { isDocument } from "../../expression/value_type.ts";
import type { AccumulatorSite, PipelineContext } from "../definition.ts";

/** Gives the `n` of a group, from its _id. */
export type CountOf = (id?: OptionalValue) => number;

/** Checks that `n` is a positive whole number. */
export function checkCount(value: OptionalValue): number {
  const shown = valueInMessage(value);
  const notIntegral = (code: number): CommandError =>
    new CommandError(code, `Value for 'n' must be of integral type, but found ${shown}`);
  if (!isNumber(value)) throw notIntegral(5787902);
  const exact = asInt64Exact(value);
  if (exact === undefined) throw notIntegral(5787903);
  if (exact <= 0n) {
    throw new CommandError(5787908, `'n' must be greater than 0, found ${exact}`);
  }
  return Number(exact);
}

/** Compiles `n`; a constant one is checked when the first group starts, as in MongoDB. */
export function compileCountOf(
  element: RawElement,
  context: PipelineContext,
  site: AccumulatorSite,
): CountOf {
  const expression = context.compiler.compile(element);
  const { constant } = expression;
  if (constant !== undefined) {
    let checked = 0;
    return () => checked === 0 ? checked = checkCount(constant) : checked;
  }
  if (site === "bucketAuto") {
    throw new CommandError(4544714, "Can't refer to the group key in $bucketAuto");
  }
  const scope = context.compiler.createScope();
  return (id = MISSING) => {
    scope.setRoot(isDocument(id) ? toDocument(id) : new Uint8Array([5, 0, 0, 0, 0]));
    return checkCount(expression.evaluate(scope));
  };
}

export interface CountedArguments {
  readonly countOf: CountOf;
  readonly input: Expression;
}

/** Reads `{ n: ..., input: ... }`. */
export function countedArguments(
  argument: RawElement,
  context: PipelineContext,
  site: AccumulatorSite,
  notAnObject: number,
): CountedArguments {
  if (argument.type !== BsonType.Document) throw notAnObjectError(argument, notAnObject);
  let countOf: CountOf | undefined;
  let input: Expression | undefined;
  for (const field of elements(argument.bytes, argument.at)) {
    if (field.name === "n") countOf = compileCountOf(field, context, site);
    else if (field.name === "input") input = context.compiler.compile(field);
    else throw new CommandError(5787901, `Unknown argument for 'n' operator: ${field.name}`);
  }
  if (countOf === undefined) throw new CommandError(5787906, "Missing value for 'n'");
  if (input === undefined) throw new CommandError(5787907, "Missing value for 'input'");
  return { countOf, input };
}

export function notAnObjectError(argument: RawElement, code: number): CommandError {
  return new CommandError(
    code,
    `specification must be an object; found ${argument.name}: ${toShellText(argument)}`,
  );
}

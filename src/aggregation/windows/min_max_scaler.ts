// $minMaxScaler: where the document's number lies between the least and the greatest of its window, as 0 to 1 or as the
// arguments `min` and `max` say.

import { toShellText } from "../../bson/json.ts";
import {
  addPromoting,
  compareNumbers,
  isNumber,
  multiplyPromoting,
  type NumericValue,
  subtractPromoting,
  toNumber,
} from "../../bson/number.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import type { OptionalValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { typeNameOf } from "../../expression/value_type.ts";
import { sizeOf } from "../accumulators/memory.ts";
import type { MemoryMeter } from "../definition.ts";
import { failedToParse, windowArguments } from "./arguments.ts";
import { type RangeBound, WHOLE_PARTITION, type WindowBounds } from "./bounds.ts";
import type { CompiledWindow, WindowDefinition, WindowSite } from "./definition.ts";
import { frameOf, type WindowFrame } from "./frame.ts";
import { GradualRunner } from "./gradual_runner.ts";
import { IndexedQueue } from "./indexed_queue.ts";
import { divideNumbers } from "./quotient.ts";

interface Scale {
  readonly input: Expression;
  readonly min: NumericValue;
  readonly max: NumericValue;
}

/** Positions whose values can still be the extreme of a window, best first. */
class Candidates {
  private positions: number[] = [];
  private first = 0;

  constructor(private readonly sign: 1 | -1, private readonly values: IndexedQueue<NumericValue>) {}

  add(position: number): void {
    const { positions, values } = this;
    const value = values.at(position);
    while (
      positions.length > this.first &&
      compareNumbers(value, values.at(positions[positions.length - 1])) * this.sign <= 0
    ) positions.pop();
    positions.push(position);
  }

  /** The extreme of the positions from `from` on. */
  best(from: number): NumericValue {
    while (this.positions[this.first] < from) this.first++;
    if (this.first > 1024) {
      this.positions = this.positions.slice(this.first);
      this.first = 0;
    }
    return this.values.at(this.positions[this.first]);
  }

  /** The earliest position still of use. */
  get earliest(): number {
    return this.positions[this.first];
  }
}

class ScalerRunner extends GradualRunner {
  private readonly values: IndexedQueue<NumericValue>;
  private readonly least: Candidates;
  private readonly greatest: Candidates;

  constructor(frame: WindowFrame, private readonly scale: Scale, meter: MemoryMeter) {
    super(frame);
    this.values = new IndexedQueue<NumericValue>(meter, sizeOf);
    this.least = new Candidates(1, this.values);
    this.greatest = new Candidates(-1, this.values);
  }

  override arrive(scope: Scope): void {
    super.arrive(scope);
    const value = this.scale.input.evaluate(scope);
    if (!isNumber(value)) {
      throw new CommandError(
        10487001,
        `'input' argument to $minMaxScaler must evaluate to a numeric type, got: ${
          typeNameOf(value)
        }`,
      );
    }
    this.values.push(value);
  }

  protected override takeIn(position: number): void {
    this.least.add(position);
    this.greatest.add(position);
  }

  override answer(index: number): OptionalValue {
    const { frame, values, least, greatest, scale } = this;
    const low = least.best(frame.first);
    const high = greatest.best(frame.first);
    const value = values.at(index);
    values.dropBefore(Math.min(index + 1, least.earliest, greatest.earliest));
    const share = divideNumbers(subtractPromoting(value, low), subtractPromoting(high, low));
    if (share === undefined) return scale.min;
    return addPromoting(
      multiplyPromoting(share, subtractPromoting(scale.max, scale.min)),
      scale.min,
    );
  }
}

/** The current document has to be in its window. */
function checkBounds(bounds: WindowBounds): void {
  const check = (bound: RangeBound | number, name: string, wrong: string, sign: 1 | -1): void => {
    const number = typeof bound === "string" ? 0 : toNumber(bound);
    if (number * sign <= 0) return;
    throw failedToParse(
      `${name} specified bound cannot be ${wrong} than 0 (the current doc), as $minMaxScaler must ` +
        "ensure that the current document being processed is always within the configured window. " +
        `${name} specified bound = ${number.toFixed(6)}`,
    );
  };
  check(bounds.lower, "Lower", "greater", 1);
  check(bounds.upper, "Upper", "less", -1);
}

function numberArgument(part: RawElement, { context }: WindowSite): NumericValue {
  const { constant } = context.compiler.compile(part);
  if (constant === undefined) {
    throw failedToParse(`'${part.name}' argument to $minMaxScaler must be a constant`);
  }
  if (isNumber(constant)) return constant;
  throw failedToParse(`'${part.name}' argument to $minMaxScaler must be a numeric type`);
}

function scaleOf(argument: RawElement, site: WindowSite): Scale {
  if (argument.type !== BsonType.Document) {
    throw failedToParse(
      `$minMaxScaler expects an object, but got a ${typeName(argument.type)}: $minMaxScaler: ${
        toShellText(argument)
      }`,
    );
  }
  const parts = new Map<string, RawElement>();
  for (const part of elements(argument.bytes, argument.at)) {
    if (part.name !== "input" && part.name !== "min" && part.name !== "max") {
      throw failedToParse(`$minMaxScaler got unexpected internal argument: '${part.name}'`);
    }
    if (parts.has(part.name)) {
      throw failedToParse(`'${part.name}' cannot be specified more than once to $minMaxScaler`);
    }
    parts.set(part.name, part);
  }
  const input = parts.get("input");
  if (input === undefined) throw failedToParse("$minMaxScaler requires an 'input' expression");
  const min = parts.get("min");
  const max = parts.get("max");
  if ((min === undefined) !== (max === undefined)) {
    throw failedToParse(
      "Only one of 'min' and 'max' were specified as an argument to $minMaxScaler. Neither or both " +
        "must be specified",
    );
  }
  const scale: Scale = {
    input: site.context.compiler.compile(input),
    min: min === undefined ? 0 : numberArgument(min, site),
    max: max === undefined ? 1 : numberArgument(max, site),
  };
  if (compareNumbers(scale.min, scale.max) < 0) return scale;
  throw failedToParse(
    "the 'max' must be strictly greater than 'min', as arguments to $minMaxScaler",
  );
}

export const $minMaxScaler: WindowDefinition = {
  name: "$minMaxScaler",
  help: "The place of a number between the extremes of its window",
  compile(fields, site): CompiledWindow {
    const { argument, bounds = WHOLE_PARTITION } = windowArguments(
      "$minMaxScaler",
      fields,
      site,
      (field) => failedToParse(`$minMaxScaler got unexpected argument: '${field}'`),
    );
    checkBounds(bounds);
    const scale = scaleOf(argument, site);
    return {
      dependencies: [scale.input.dependencies],
      start: (meter) => new ScalerRunner(frameOf(bounds, site, meter), scale, meter),
    };
  },
};

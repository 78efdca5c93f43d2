// $percentile and $median: all numbers are kept (8 bytes each) and sorted when the value is asked for.
//
// The "approximate" method gives the exact discrete answer, which lies within what MongoDB's digest promises. A moving
// window keeps its numbers sorted.

import { Binary } from "bson";
import { toShellText } from "../../bson/json.ts";
import { isNumber, rawToNumber, toNumber } from "../../bson/number.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import type { BsonValue, OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { type PercentileMethod, percentileOf } from "../../expression/percentile.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  MemoryMeter,
  PipelineContext,
  SlidingState,
} from "../definition.ts";
import { notAnObjectError } from "./counted.ts";
import { StateMemory } from "./memory.ts";

type Name = "$median" | "$percentile";

interface Quantiles {
  readonly name: Name;
  readonly method: PercentileMethod;
  readonly fractions: readonly number[];
}

function answer(sorted: readonly number[], { name, method, fractions }: Quantiles): BsonValue {
  const values = fractions.map((fraction) => percentileOf(sorted, fraction, method));
  return name === "$median" ? values[0] : values;
}

class QuantileState implements AccumulatorState {
  private numbers = new Float64Array(16);
  private count = 0;
  private readonly memory: StateMemory;

  constructor(private readonly quantiles: Quantiles, meter: MemoryMeter) {
    this.memory = new StateMemory(quantiles.name, meter);
  }

  add(value: OptionalValue): void {
    if (isNumber(value)) this.addNumber(toNumber(value));
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (isNumericType(type)) this.addNumber(rawToNumber(bytes, type, at));
  }

  private addNumber(number: number): void {
    if (Number.isNaN(number)) return;
    if (this.count === this.numbers.length) {
      this.memory.add(this.numbers.byteLength);
      const wider = new Float64Array(this.numbers.length * 2);
      wider.set(this.numbers);
      this.numbers = wider;
    }
    this.numbers[this.count++] = number;
  }

  value(): BsonValue {
    return answer(Array.from(this.numbers.slice(0, this.count).sort()), this.quantiles);
  }

  save(): BsonValue {
    return new Binary(new Uint8Array(this.numbers.slice(0, this.count).buffer));
  }

  merge(saved: BsonValue): void {
    const { buffer, position } = saved as Binary;
    for (const number of new Float64Array(buffer.slice(0, position).buffer)) this.addNumber(number);
  }
}

class SlidingQuantiles implements SlidingState {
  private readonly sorted: number[] = [];

  constructor(private readonly quantiles: Quantiles) {}

  private place(number: number): number {
    const { sorted } = this;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(value: OptionalValue): void {
    const number = isNumber(value) ? toNumber(value) : NaN;
    if (!Number.isNaN(number)) this.sorted.splice(this.place(number), 0, number);
  }

  remove(value: OptionalValue): void {
    const number = isNumber(value) ? toNumber(value) : NaN;
    if (!Number.isNaN(number)) this.sorted.splice(this.place(number), 1);
  }

  value(): BsonValue {
    return answer(this.sorted, this.quantiles);
  }
}

const METHODS: ReadonlySet<string> = new Set(["approximate", "continuous", "discrete"]);

function methodOf(field: RawElement, operator: Name): PercentileMethod {
  if (field.type !== BsonType.String) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `BSON field '${operator}.method' is the wrong type '${
        typeName(field.type)
      }', expected type 'string'`,
    );
  }
  const method = readString(field.bytes, field.at);
  if (METHODS.has(method)) return method as PercentileMethod;
  throw new CommandError(
    ErrorCode.BadValue,
    "Currently only 'approximate' can be used as a percentile 'method'.",
  );
}

const RANGE_MESSAGE =
  "The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ";

function fractionsOf(field: RawElement, context: PipelineContext): number[] {
  const { constant } = context.compiler.compile(field);
  if (constant === undefined) {
    throw new CommandError(
      7750300,
      `The $percentile 'p' field must be an array of constant values, but found value: ${
        toShellText(field)
      }.`,
    );
  }
  if (!Array.isArray(constant) || constant.length === 0) {
    throw new CommandError(7750301, RANGE_MESSAGE + shown(constant));
  }
  return constant.map((item) => {
    if (!isNumber(item)) throw new CommandError(7750302, RANGE_MESSAGE + shown(item));
    const fraction = toNumber(item);
    if (fraction >= 0 && fraction <= 1) return fraction;
    throw new CommandError(7750303, RANGE_MESSAGE + fraction);
  });
}

function shown(value: OptionalValue): string {
  return typeof value === "symbol" ? "missing" : toShellText(value);
}

function compileQuantiles(name: Name, notAnObject: number): AccumulatorDefinition["compile"] {
  const required = name === "$median" ? ["input", "method"] : ["input", "p", "method"];
  return (argument, context) => {
    if (argument.type !== BsonType.Document) throw notAnObjectError(argument, notAnObject);
    const fields = new Map<string, RawElement>();
    for (const field of elements(argument.bytes, argument.at)) {
      if (!required.includes(field.name)) {
        throw new CommandError(
          ErrorCode.IDLUnknownField,
          `BSON field '${name}.${field.name}' is an unknown field.`,
        );
      }
      fields.set(field.name, field);
    }
    for (const field of required) {
      if (fields.has(field)) continue;
      throw new CommandError(
        ErrorCode.IDLFailedToParse,
        `BSON field '${name}.${field}' is missing but a required field`,
      );
    }
    const method = methodOf(fields.get("method")!, name);
    const input = context.compiler.compile(fields.get("input")!);
    const fractions = name === "$median" ? [0.5] : fractionsOf(fields.get("p")!, context);
    const quantiles: Quantiles = { name, method, fractions };
    return {
      argument: input,
      start: (meter) => new QuantileState(quantiles, meter),
      startSliding: () => new SlidingQuantiles(quantiles),
    };
  };
}

export const QUANTILE_ACCUMULATORS: readonly AccumulatorDefinition[] = [
  {
    name: "$median",
    help: "The middle one of the numbers",
    compile: compileQuantiles("$median", 7436100),
  },
  {
    name: "$percentile",
    help: "The numbers at given fractions of the sorted numbers",
    compile: compileQuantiles("$percentile", 7429703),
  },
];

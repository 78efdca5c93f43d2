// $first and $last of a window, and $shift: the value of one document at a known place.

import { toShellText } from "../../bson/json.ts";
import { asInt64Exact } from "../../bson/number.ts";
import { decodeValue } from "../../bson/decode.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import type { OptionalValue } from "../../bson/value.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { sizeOf } from "../accumulators/memory.ts";
import type { MemoryMeter } from "../definition.ts";
import { kept } from "./accumulating.ts";
import { failedToParse, windowArguments } from "./arguments.ts";
import { isLeftUnbounded, WHOLE_PARTITION, type WindowBounds } from "./bounds.ts";
import type { CompiledWindow, WindowDefinition, WindowRunner, WindowSite } from "./definition.ts";
import { frameOf, type WindowFrame } from "./frame.ts";
import { IndexedQueue } from "./indexed_queue.ts";

class EndRunner implements WindowRunner {
  private readonly values: IndexedQueue<OptionalValue>;

  constructor(
    private readonly frame: WindowFrame,
    private readonly input: Expression,
    private readonly options: {
      readonly fromEnd: boolean;
      /** The answer for an empty window. */
      readonly otherwise: OptionalValue;
      /** Only the first value of the partition is ever asked for. */
      readonly firstOnly: boolean;
    },
    meter: MemoryMeter,
  ) {
    this.values = new IndexedQueue(meter, sizeOf);
  }

  arrive(scope: Scope): void {
    this.frame.arrive(scope);
    if (this.options.firstOnly && this.values.end > 0) return;
    this.values.push(kept(this.input.evaluate(scope)));
  }

  end(): void {
    this.frame.end();
  }

  isReady(index: number): boolean {
    return this.frame.isReady(index);
  }

  answer(index: number): OptionalValue {
    const { frame, values, options } = this;
    frame.locate(index);
    if (frame.last < frame.first) return options.otherwise;
    const wanted = options.fromEnd ? frame.last : frame.first;
    values.dropBefore(wanted);
    return values.at(wanted);
  }
}

function endWindow(
  input: Expression,
  bounds: WindowBounds,
  site: WindowSite,
  fromEnd: boolean,
  otherwise: OptionalValue = null,
): CompiledWindow {
  const firstOnly = !fromEnd && bounds.kind === "documents" && isLeftUnbounded(bounds);
  return {
    dependencies: [input.dependencies],
    start: (meter) => {
      const frame = frameOf(bounds, site, meter);
      return new EndRunner(frame, input, { fromEnd, otherwise, firstOnly }, meter);
    },
  };
}

function endDefinition(name: string, help: string, fromEnd: boolean): WindowDefinition {
  return {
    name,
    help,
    compile(fields, site): CompiledWindow {
      const { argument, bounds } = windowArguments(
        name,
        fields,
        site,
        (field) => failedToParse(`${name} got unexpected argument: ${field}`),
      );
      const input = site.context.compiler.compile(argument);
      return endWindow(input, bounds ?? WHOLE_PARTITION, site, fromEnd);
    },
  };
}

const MAX_INT32 = 2147483647n;

function offsetOf(field: RawElement): number {
  const exact = asInt64Exact(decodeValue(field));
  if (exact !== undefined && exact <= MAX_INT32 && exact >= -MAX_INT32 - 1n) return Number(exact);
  throw failedToParse(
    `'$shift:by' field must be an integer, but found  by: ${toShellText(field)}`,
  );
}

function compileShift(argument: RawElement, site: WindowSite): CompiledWindow {
  const { compiler } = site.context;
  let output: Expression | undefined;
  let otherwise: OptionalValue = null;
  let by: number | undefined;
  for (const field of elements(argument.bytes, argument.at)) {
    if (field.name === "output") output = compiler.compile(field);
    else if (field.name === "by") by = offsetOf(field);
    else if (field.name === "default") {
      const { constant } = compiler.compile(field);
      if (constant === undefined) {
        throw failedToParse("'$shift:default' expression must yield a constant value.");
      }
      otherwise = constant;
    } else throw failedToParse("Unknown argument in $shift");
  }
  if (output === undefined) throw failedToParse("$shift requires an 'output' expression.");
  if (by === undefined) throw failedToParse("$shift requires 'by' as an integer value.");
  if (site.sortBy === undefined) throw failedToParse("'$shift' requires a sortBy");
  return endWindow(output, { kind: "documents", lower: by, upper: by }, site, false, otherwise);
}

const $shift: WindowDefinition = {
  name: "$shift",
  help: "The value of the document so many places further on",
  compile(fields, site): CompiledWindow {
    let argument: RawElement | undefined;
    for (const field of fields) {
      if (field.name === "window") throw failedToParse("$shift does not accept a 'window' field");
      if (field.name === "$shift" && argument === undefined) argument = field;
      else if (field.name.startsWith("$")) {
        throw failedToParse("Cannot specify multiple functions in window function spec");
      } else throw failedToParse(`Window function found an unknown argument: ${field.name}`);
    }
    if (argument!.type !== BsonType.Document) {
      throw failedToParse("Argument to $shift must be an object");
    }
    return compileShift(argument!, site);
  },
};

export const END_WINDOWS: readonly WindowDefinition[] = [
  endDefinition("$first", "The value of the window's first document", false),
  endDefinition("$last", "The value of the window's last document", true),
  $shift,
];

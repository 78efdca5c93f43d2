// $linearFill: null and missing values between two numbers become points of the line through them, along the sortBy field.
//
// Values before the first number and behind the last stay null. The sortBy field must be a number or a date, of one kind in the
// partition, and no value may come twice.

import { compareValues } from "../../bson/compare.ts";
import {
  addPromoting,
  isNumber,
  multiplyPromoting,
  type NumericValue,
  subtractPromoting,
} from "../../bson/number.ts";
import { MISSING, type OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { momentOf } from "../../expression/date_argument.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { isNullish, typeNameOf } from "../../expression/value_type.ts";
import type { MemoryMeter } from "../definition.ts";
import { sortExpression, windowlessArgument } from "./arguments.ts";
import type { CompiledWindow, WindowDefinition, WindowRunner } from "./definition.ts";
import { IndexedQueue } from "./indexed_queue.ts";
import { divideNumbers } from "./quotient.ts";

/** A document: its place on the axis, and its number if it has one. */
interface Point {
  readonly x: NumericValue;
  readonly y: NumericValue | null;
}

const POINT_BYTES = 64;

class LineRunner implements WindowRunner {
  private readonly points: IndexedQueue<Point>;
  private lastX: OptionalValue = MISSING;
  /** Position of the last number answered, and of the last that has come; -1 when there is none. */
  private left = -1;
  private right = -1;
  /** The first position not looked at yet, in search of the gap's end. */
  private gapEnd = 0;
  private isEnded = false;

  constructor(
    private readonly input: Expression,
    private readonly sortBy: Expression,
    meter: MemoryMeter,
  ) {
    this.points = new IndexedQueue(meter, () => POINT_BYTES);
  }

  arrive(scope: Scope): void {
    const value = this.input.evaluate(scope);
    if (!isNumber(value) && !isNullish(value)) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `Value to be filled must be numeric or nullish, but found ${typeNameOf(value)}`,
      );
    }
    const x = this.checkPlace(this.sortBy.evaluate(scope));
    this.points.push({ x, y: isNumber(value) ? value : null });
    if (isNumber(value)) this.right = this.points.end - 1;
  }

  /** The sortBy value as a number; dates as milliseconds. */
  private checkPlace(value: OptionalValue): NumericValue {
    const moment = momentOf(value);
    if (moment === undefined && !isNumber(value)) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `Value of the sortBy field must be numeric or a date, but found ${typeNameOf(value)}`,
      );
    }
    if (this.lastX !== MISSING) {
      if (compareValues(value, this.lastX) === 0) {
        throw new CommandError(6050106, "There can be no repeated values in the sort field");
      }
      if ((moment === undefined) !== (momentOf(this.lastX) === undefined)) {
        throw new CommandError(
          ErrorCode.TypeMismatch,
          `Conflicting sort value types, previously received type ${
            typeNameOf(this.lastX)
          }, but found ${typeNameOf(value)}`,
        );
      }
    }
    this.lastX = value;
    return moment ?? value as NumericValue;
  }

  end(): void {
    this.isEnded = true;
  }

  isReady(index: number): boolean {
    if (index >= this.points.end) return false;
    // A number is its own answer, and before the first one there is nothing to wait for.
    if (this.points.at(index).y !== null || this.left < 0) return true;
    return this.right > index || this.isEnded;
  }

  answer(index: number): OptionalValue {
    const { points } = this;
    const point = points.at(index);
    if (point.y !== null) {
      this.left = index;
      points.dropBefore(index);
      return point.y;
    }
    if (this.left < 0) return null;
    const next = this.nextKnown(index);
    if (next === undefined) return null;
    const { x, y } = points.at(this.left);
    const slope = divideNumbers(subtractPromoting(next.y!, y!), subtractPromoting(next.x, x));
    return addPromoting(y!, multiplyPromoting(subtractPromoting(point.x, x), slope!));
  }

  /** The first point with a number behind `index`. */
  private nextKnown(index: number): Point | undefined {
    if (this.gapEnd <= index) {
      this.gapEnd = index + 1;
      while (this.gapEnd < this.points.end && this.points.at(this.gapEnd).y === null) this.gapEnd++;
    }
    return this.gapEnd < this.points.end ? this.points.at(this.gapEnd) : undefined;
  }
}

export const $linearFill: WindowDefinition = {
  name: "$linearFill",
  help: "Null and missing values between two numbers become points of a line",
  compile(fields, site): CompiledWindow {
    const input = site.context.compiler.compile(windowlessArgument("$linearFill", fields));
    const sortBy = sortExpression(site);
    if (sortBy === undefined) {
      throw new CommandError(
        605001,
        "$linearFill must be specified with a top level sortBy expression with exactly one element",
      );
    }
    return {
      dependencies: [input.dependencies],
      start: (meter) => new LineRunner(input, sortBy, meter),
    };
  },
};

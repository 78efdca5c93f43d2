// Parts of a moment: $year to $millisecond, the ISO week operators, $dateToParts, and the parts of timestamps.

import { Timestamp } from "bson";
import { toShellText } from "../bson/json.ts";
import { elements, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import { type CivilTime, civilTimeOf, dayOfYear, isoDayOfWeek, isoWeek } from "./calendar.ts";
import { requireMoment, zoneArgument } from "./date_argument.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { type NamedArguments, namedOperator, operandsOf, unaryOperator } from "./operator_kinds.ts";
import { timeZoneOf, utcToLocal } from "./time_zone.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

/** Number of the week that starts on Sunday; days before the first Sunday are in week 0. */
export function sundayWeek(time: CivilTime): number {
  const sundayIndex = isoDayOfWeek(time.dayNumber) % 7;
  return Math.floor((dayOfYear(time) + 6 - sundayIndex) / 7);
}

const PARTS: Readonly<Record<string, (time: CivilTime) => number | bigint>> = {
  $dayOfMonth: (time) => time.day,
  $dayOfWeek: (time) => isoDayOfWeek(time.dayNumber) % 7 + 1,
  $dayOfYear: dayOfYear,
  $hour: (time) => time.hour,
  $isoDayOfWeek: (time) => isoDayOfWeek(time.dayNumber),
  $isoWeek: (time) => isoWeek(time.dayNumber).week,
  $isoWeekYear: (time) => BigInt(isoWeek(time.dayNumber).weekYear),
  $millisecond: (time) => time.millisecond,
  $minute: (time) => time.minute,
  $month: (time) => time.month,
  $second: (time) => time.second,
  $week: sundayWeek,
  $year: (time) => time.year,
};

/** The date and timezone operands: `{ $year: date }`, `{ $year: [date] }` or `{ $year: { date, timezone } }`. */
function partOperands(
  operator: string,
  argument: RawValue,
  context: CompileContext,
): { date: Expression; timezone: Expression | undefined } {
  if (argument.type === BsonType.Document) {
    const fields = Array.from(elements(argument.bytes, argument.at));
    if (fields.length === 0 || !fields[0].name.startsWith("$")) {
      return namedPartOperands(operator, argument, fields, context);
    }
    return { date: context.compile(argument), timezone: undefined };
  }
  const operands = operandsOf(argument);
  if (operands.length !== 1) {
    throw new CommandError(
      40536,
      `${operator} accepts exactly one argument if given an array, but was given ${operands.length}`,
    );
  }
  return { date: context.compile(operands[0]), timezone: undefined };
}

function namedPartOperands(
  operator: string,
  argument: RawValue,
  fields: readonly RawElement[],
  context: CompileContext,
): { date: Expression; timezone: Expression | undefined } {
  let date: Expression | undefined;
  let timezone: Expression | undefined;
  for (const field of fields) {
    if (field.name === "date") date = context.compile(field);
    else if (field.name === "timezone") timezone = context.compile(field);
    else {
      throw new CommandError(40535, `unrecognized option to ${operator}: "${field.name}"`);
    }
  }
  if (date === undefined) {
    throw new CommandError(
      40539,
      `missing 'date' argument to ${operator}, provided: ${operator}: ${toShellText(argument)}`,
    );
  }
  return { date, timezone };
}

function partOperator(operator: string): ExpressionDefinition {
  const part = PARTS[operator];
  return {
    name: operator,
    help: "A part of a date",
    compile: (argument, context) => {
      const { date, timezone } = partOperands(operator, argument, context);
      const operands = timezone === undefined ? [date] : [date, timezone];
      return combineExpressions(operands, (scope) => {
        const value = date.evaluate(scope);
        if (isNullish(value)) return null;
        const moment = requireMoment(value);
        if (timezone === undefined) return part(civilTimeOf(moment));
        const identifier = timezone.evaluate(scope);
        if (isNullish(identifier)) return null;
        if (typeof identifier !== "string") {
          throw new CommandError(
            40533,
            `${operator} requires a string for the timezone argument, but was given a ${
              typeNameOf(identifier)
            } (${describe(identifier)})`,
          );
        }
        return part(civilTimeOf(utcToLocal(moment, timeZoneOf(identifier))));
      });
    },
  };
}

const TO_PARTS_ARGUMENTS: NamedArguments<"date" | "timezone" | "iso8601"> = {
  operator: "$dateToParts",
  names: { date: true, timezone: false, iso8601: false },
  notAnObject: () =>
    new CommandError(40524, "$dateToParts only supports an object as its argument"),
  unknown: (name) => new CommandError(40520, `Unrecognized argument to $dateToParts: ${name}`),
  missing: () => new CommandError(40522, "Missing 'date' parameter to $dateToParts"),
};

function dateToParts(
  values: Readonly<Record<"date" | "timezone" | "iso8601", OptionalValue>>,
  given: ReadonlySet<string>,
): BsonValue {
  const zone = zoneArgument(values.timezone, given.has("timezone"));
  if (zone === null) return null;
  const { iso8601 } = values;
  if (given.has("iso8601")) {
    if (isNullish(iso8601)) return null;
    if (typeof iso8601 !== "boolean") {
      throw new CommandError(
        40521,
        `iso8601 must evaluate to a bool, found ${typeNameOf(iso8601)}`,
      );
    }
  }
  if (isNullish(values.date)) return null;
  const time = civilTimeOf(utcToLocal(requireMoment(values.date), zone));
  const clock: readonly (readonly [string, BsonValue])[] = [
    ["hour", time.hour],
    ["minute", time.minute],
    ["second", time.second],
    ["millisecond", time.millisecond],
  ];
  if (iso8601 === true) {
    const { weekYear, week } = isoWeek(time.dayNumber);
    return new Map<string, BsonValue>([
      ["isoWeekYear", weekYear],
      ["isoWeek", week],
      ["isoDayOfWeek", isoDayOfWeek(time.dayNumber)],
      ...clock,
    ]);
  }
  return new Map<string, BsonValue>([
    ["year", time.year],
    ["month", time.month],
    ["day", time.day],
    ...clock,
  ]);
}

function timestampPart(operator: "$tsIncrement" | "$tsSecond", code: number) {
  return (value: OptionalValue): BsonValue => {
    if (isNullish(value)) return null;
    if (value instanceof Timestamp) {
      return BigInt(operator === "$tsSecond" ? value.t : value.i);
    }
    throw new CommandError(
      code,
      ` Argument to ${operator} must be a timestamp, but is ${typeNameOf(value)}`,
    );
  };
}

export const DATE_PART_OPERATORS: readonly ExpressionDefinition[] = [
  namedOperator(TO_PARTS_ARGUMENTS, "The parts of a date as an object", dateToParts),
  ...Object.keys(PARTS).map(partOperator),
  unaryOperator(
    "$tsIncrement",
    "Increment of a timestamp",
    timestampPart("$tsIncrement", 5687302),
  ),
  unaryOperator("$tsSecond", "Seconds of a timestamp", timestampPart("$tsSecond", 5687301)),
];

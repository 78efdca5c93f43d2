// $dateAdd, $dateSubtract, $dateDiff, $dateTrunc: calendar arithmetic in a time zone.
//
// Units from the day up move in local time (a day across a clock change is 23 or 25 hours), smaller ones in absolute time. Adding
// months keeps the day of the month and falls back to the month's last. $dateDiff counts boundaries that lie between.

import { asInt64Exact } from "../bson/number.ts";
import { BsonDate, type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import {
  civilDateOf,
  dayNumberOf,
  daysInMonth,
  isInDateRange,
  isoDayOfWeek,
  joinMoment,
  modulo,
  splitMoment,
} from "./calendar.ts";
import {
  isTimeUnit,
  momentOf,
  startOfWeekArgument,
  type TimeUnit,
  UNIT_MS,
  unitArgument,
  unknownUnit,
  zoneArgument,
} from "./date_argument.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { type NamedArguments, namedOperator } from "./operator_kinds.ts";
import { localToUtc, type TimeZone, utcToLocal } from "./time_zone.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

type Values<Name extends string> = Readonly<Record<Name, OptionalValue>>;

const MONTHS_IN: Readonly<Partial<Record<TimeUnit, number>>> = { month: 1, quarter: 3, year: 12 };
const DAYS_IN: Readonly<Partial<Record<TimeUnit, number>>> = { day: 1, week: 7 };

/** A moment moved by an amount of units; undefined when it leaves the range of dates. */
export function addToMoment(
  moment: bigint,
  unit: TimeUnit,
  amount: bigint,
  zone: TimeZone,
): bigint | undefined {
  const months = MONTHS_IN[unit];
  const days = DAYS_IN[unit];
  let moved: bigint;
  if (months === undefined && days === undefined) {
    moved = moment + amount * UNIT_MS[unit as keyof typeof UNIT_MS];
  } else {
    // More than this leaves the range of dates in any unit and would lose precision below.
    if (amount > 1000000000000n || amount < -1000000000000n) return undefined;
    const { dayNumber, msOfDay } = splitMoment(utcToLocal(moment, zone));
    const target = months === undefined
      ? dayNumber + Number(amount) * days!
      : addMonths(dayNumber, Number(amount) * months);
    moved = localToUtc(joinMoment(target, msOfDay), zone);
  }
  return isInDateRange(moved) ? moved : undefined;
}

function addMonths(dayNumber: number, months: number): number {
  const { year, month, day } = civilDateOf(dayNumber);
  const total = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(total / 12);
  const targetMonth = modulo(total, 12) + 1;
  return dayNumberOf(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

type AddName = "startDate" | "unit" | "amount" | "timezone";

function addOperator(operator: "$dateAdd" | "$dateSubtract"): ExpressionDefinition {
  const rules: NamedArguments<AddName> = {
    operator,
    names: { startDate: true, unit: true, amount: true, timezone: false },
    notAnObject: () => new CommandError(5166400, `${operator} expects an object as its argument`),
    unknown: (name) =>
      new CommandError(
        5166401,
        `Unrecognized argument to ${operator}: ${name}. Expected arguments are startDate, unit, ` +
          "amount, and optionally timezone.",
      ),
    missing: () =>
      new CommandError(5166402, `${operator} requires startDate, unit, and amount to be present`),
  };
  const help = operator === "$dateAdd" ? "A date moved forward" : "A date moved back";
  return namedOperator(rules, help, (values, given) => {
    const { startDate, unit, amount, timezone } = values;
    if (isNullish(startDate) || isNullish(unit) || isNullish(amount)) return null;
    if (given.has("timezone") && isNullish(timezone)) return null;
    const moment = momentOf(startDate);
    if (moment === undefined) {
      throw new CommandError(
        5166403,
        `${operator} requires startDate to be convertible to a date`,
      );
    }
    if (typeof unit !== "string") {
      throw new CommandError(5166404, `${operator} expects string defining the time unit`);
    }
    if (!isTimeUnit(unit)) throw unknownUnit(unit);
    const count = asInt64Exact(amount);
    if (count === undefined) {
      throw new CommandError(5166405, `${operator} expects integer amount of time units`);
    }
    const zone = zoneArgument(timezone, given.has("timezone"))!;
    const moved = addToMoment(moment, unit, operator === "$dateAdd" ? count : -count, zone);
    if (moved === undefined) throw new CommandError(5166406, "dateAdd overflowed");
    return new BsonDate(moved);
  });
}

/** Number of unit boundaries between two moments. */
export function differenceOf(
  start: bigint,
  end: bigint,
  unit: TimeUnit,
  zone: TimeZone,
  startOfWeek: number,
): bigint {
  if (unit === "millisecond") return end - start;
  if (unit === "second" || unit === "minute") {
    return floorDivide(end, UNIT_MS[unit]) - floorDivide(start, UNIT_MS[unit]);
  }
  const localStart = utcToLocal(start, zone);
  const localEnd = utcToLocal(end, zone);
  if (unit === "hour") {
    // Local hours, less the hours that a clock change put in or left out.
    const shift = (localEnd - end) - (localStart - start);
    const hours = floorDivide(localEnd, UNIT_MS.hour) - floorDivide(localStart, UNIT_MS.hour);
    return hours - shift / UNIT_MS.hour;
  }
  const from = splitMoment(localStart).dayNumber;
  const to = splitMoment(localEnd).dayNumber;
  if (unit === "day") return BigInt(to - from);
  if (unit === "week") {
    return BigInt((weekStart(to, startOfWeek) - weekStart(from, startOfWeek)) / 7);
  }
  return BigInt(unitIndex(to, unit) - unitIndex(from, unit));
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}

/** The day on which the week of a day starts. */
function weekStart(dayNumber: number, startOfWeek: number): number {
  return dayNumber - modulo(isoDayOfWeek(dayNumber) - startOfWeek, 7);
}

/** Months, quarters or years since year 0. */
function unitIndex(dayNumber: number, unit: TimeUnit): number {
  const { year, month } = civilDateOf(dayNumber);
  return Math.floor((year * 12 + month - 1) / (MONTHS_IN[unit] ?? 1));
}

type DiffName = "startDate" | "endDate" | "unit" | "timezone" | "startOfWeek";

const DIFF_MISSING: Readonly<Record<string, number>> = {
  startDate: 5166303,
  endDate: 5166304,
  unit: 5166305,
};
const DIFF_RULES: NamedArguments<DiffName> = {
  operator: "$dateDiff",
  names: { startDate: true, endDate: true, unit: true, timezone: false, startOfWeek: false },
  notAnObject: () => new CommandError(5166301, "$dateDiff only supports an object as its argument"),
  unknown: (name) => new CommandError(5166302, `Unrecognized argument to $dateDiff: ${name}`),
  missing: (name) =>
    new CommandError(DIFF_MISSING[name], `Missing '${name}' parameter to $dateDiff`),
};

function dateArgument(operator: string, name: string, value: OptionalValue): bigint {
  const moment = momentOf(value);
  if (moment !== undefined) return moment;
  throw new CommandError(
    5166307,
    `${operator} requires '${name}' to be a date, but got ${typeNameOf(value)}`,
  );
}

function dateDiff(values: Values<DiffName>, given: ReadonlySet<DiffName>): BsonValue {
  const { startDate, endDate, timezone, startOfWeek } = values;
  if (isNullish(startDate) || isNullish(endDate) || isNullish(values.unit)) return null;
  const unit = unitArgument("$dateDiff", values.unit);
  let firstDay = 7;
  if (unit === "week" && given.has("startOfWeek")) {
    if (isNullish(startOfWeek)) return null;
    firstDay = startOfWeekArgument("$dateDiff", startOfWeek);
  }
  const zone = zoneArgument(timezone, given.has("timezone"));
  if (zone === null) return null;
  const start = dateArgument("$dateDiff", "startDate", startDate);
  const end = dateArgument("$dateDiff", "endDate", endDate);
  const difference = differenceOf(start, end, unit, zone, firstDay);
  if (!isInDateRange(difference)) throw new CommandError(5166308, "dateDiff overflowed");
  return difference;
}

const REFERENCE_DAY = dayNumberOf(2000, 1, 1);

/** The start of the bin of `size` units that a moment lies in; bins are counted from 2000-01-01 local time. */
export function truncateMoment(
  moment: bigint,
  unit: TimeUnit,
  size: bigint,
  zone: TimeZone,
  startOfWeek: number,
): bigint {
  const months = MONTHS_IN[unit];
  const days = DAYS_IN[unit];
  if (months === undefined && days === undefined) {
    const bin = UNIT_MS[unit as keyof typeof UNIT_MS] * size;
    const reference = localToUtc(joinMoment(REFERENCE_DAY, 0), zone);
    return reference + floorDivide(moment - reference, bin) * bin;
  }
  const { dayNumber } = splitMoment(utcToLocal(moment, zone));
  let target: number;
  if (days !== undefined) {
    const reference = unit === "week"
      ? REFERENCE_DAY + modulo(startOfWeek - isoDayOfWeek(REFERENCE_DAY), 7)
      : REFERENCE_DAY;
    const bin = days * Number(size);
    target = reference + Math.floor((dayNumber - reference) / bin) * bin;
  } else {
    const { year, month } = civilDateOf(dayNumber);
    const bin = months! * Number(size);
    const since2000 = (year - 2000) * 12 + month - 1;
    target = dayNumberOf(2000, Math.floor(since2000 / bin) * bin + 1, 1);
  }
  return localToUtc(joinMoment(target, 0), zone);
}

type TruncName = "date" | "unit" | "binSize" | "timezone" | "startOfWeek";

const TRUNC_RULES: NamedArguments<TruncName> = {
  operator: "$dateTrunc",
  names: { date: true, unit: true, binSize: false, timezone: false, startOfWeek: false },
  notAnObject: () =>
    new CommandError(5439007, "$dateTrunc only supports an object as its argument"),
  unknown: (name) =>
    new CommandError(
      5439008,
      `Unrecognized argument to $dateTrunc: ${name}. Expected arguments are date, unit, and ` +
        "optionally, binSize, timezone, startOfWeek",
    ),
  missing: (name) =>
    new CommandError(
      name === "date" ? 5439009 : 5439010,
      `Missing '${name}' parameter to $dateTrunc`,
    ),
};

function binSizeOf(value: OptionalValue): bigint {
  const size = asInt64Exact(value);
  if (size === undefined) {
    throw new CommandError(
      5439017,
      `$dateTrunc requires 'binSize' to be a 64-bit integer, but got value '${
        describe(value)
      }' of type ${typeNameOf(value)}`,
    );
  }
  if (size <= 0n) {
    throw new CommandError(
      5439018,
      `$dateTrunc requires 'binSize' to be greater than 0, but got value ${size}`,
    );
  }
  return size;
}

function dateTrunc(values: Values<TruncName>, given: ReadonlySet<TruncName>): BsonValue {
  const { date, binSize, timezone, startOfWeek } = values;
  if (isNullish(date) || isNullish(values.unit)) return null;
  if (given.has("binSize") && isNullish(binSize)) return null;
  const unit = unitArgument("$dateTrunc", values.unit);
  const size = binSize === MISSING ? 1n : binSizeOf(binSize);
  let firstDay = 7;
  if (unit === "week" && given.has("startOfWeek")) {
    if (isNullish(startOfWeek)) return null;
    firstDay = startOfWeekArgument("$dateTrunc", startOfWeek);
  }
  const zone = zoneArgument(timezone, given.has("timezone"));
  if (zone === null) return null;
  const moment = dateArgument("$dateTrunc", "date", date);
  if (size > 100000000000n) {
    throw new CommandError(5439006, "dateTrunc unsupported binSize value");
  }
  return new BsonDate(truncateMoment(moment, unit, size, zone, firstDay));
}

export const DATE_ARITHMETIC_OPERATORS: readonly ExpressionDefinition[] = [
  addOperator("$dateAdd"),
  namedOperator(DIFF_RULES, "Boundaries of a unit between two dates", dateDiff),
  addOperator("$dateSubtract"),
  namedOperator(TRUNC_RULES, "The start of the unit a date lies in", dateTrunc),
];

// Operands of date operators: moments out of dates, timestamps and ObjectIds; time zones; units; days of the week.

import { ObjectId, Timestamp } from "bson";
import { BsonDate, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { describe } from "./array_access.ts";
import { type TimeZone, timeZoneOf, UTC } from "./time_zone.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

/** Milliseconds since 1970, or undefined for a value that is no moment. */
export function momentOf(value: OptionalValue): bigint | undefined {
  if (value instanceof BsonDate) return value.ms;
  if (value instanceof Timestamp) return BigInt(value.t) * 1000n;
  if (value instanceof ObjectId) return BigInt(value.getTimestamp().getTime());
  return undefined;
}

/** The moment of an operand; 16006 for other types. */
export function requireMoment(value: OptionalValue): bigint {
  const moment = momentOf(value);
  if (moment !== undefined) return moment;
  throw new CommandError(16006, `can't convert from BSON type ${typeNameOf(value)} to Date`);
}

/** The zone of a `timezone` argument: UTC when it is not given, null when it is null-like. */
export function zoneArgument(value: OptionalValue, isGiven: boolean): TimeZone | null {
  if (!isGiven) return UTC;
  if (isNullish(value)) return null;
  if (typeof value !== "string") {
    throw new CommandError(
      40517,
      `timezone must evaluate to a string, found ${typeNameOf(value)}`,
    );
  }
  return timeZoneOf(value);
}

export type TimeUnit =
  | "day"
  | "hour"
  | "millisecond"
  | "minute"
  | "month"
  | "quarter"
  | "second"
  | "week"
  | "year";

const UNITS: ReadonlySet<string> = new Set<TimeUnit>([
  "day",
  "hour",
  "millisecond",
  "minute",
  "month",
  "quarter",
  "second",
  "week",
  "year",
]);

/** Milliseconds of units that all have the same length. */
export const UNIT_MS: Readonly<Record<"hour" | "millisecond" | "minute" | "second", bigint>> = {
  hour: 3600000n,
  minute: 60000n,
  second: 1000n,
  millisecond: 1n,
};

export function isTimeUnit(text: string): text is TimeUnit {
  return UNITS.has(text);
}

/** The `unit` argument of $dateDiff and $dateTrunc. */
export function unitArgument(operator: string, value: OptionalValue): TimeUnit {
  if (typeof value !== "string") {
    throw new CommandError(
      5439013,
      `${operator} requires 'unit' to be a string, but got ${typeNameOf(value)}`,
    );
  }
  if (isTimeUnit(value)) return value;
  throw new CommandError(
    5439014,
    `${operator} parameter 'unit' value cannot be recognized as a time unit: ${value}`,
  );
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** The `startOfWeek` argument as ISO day of the week (Monday 1); Sunday when it is not given. */
export function startOfWeekArgument(operator: string, value: OptionalValue): number {
  if (value === MISSING) return 7;
  if (typeof value !== "string") {
    throw new CommandError(
      5439015,
      `${operator} requires 'startOfWeek' to be a string, but got ${typeNameOf(value)}`,
    );
  }
  const text = value.toLowerCase();
  const index = WEEKDAYS.findIndex((day) => day === text || day.slice(0, 3) === text);
  if (index >= 0) return index + 1;
  throw new CommandError(
    5439016,
    `${operator} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`,
  );
}

/** The `format` argument of $dateToString and $dateFromString. */
export function formatArgument(operator: string, code: number, value: OptionalValue): string {
  if (typeof value === "string") return value;
  throw new CommandError(
    code,
    `${operator} requires that 'format' be a string, found: ${typeNameOf(value)} with value ${
      describe(value)
    }`,
  );
}

/** The error for a unit that is no unit, of $dateAdd and $dateSubtract. */
export function unknownUnit(text: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, `unknown time unit value: ${text}`);
}

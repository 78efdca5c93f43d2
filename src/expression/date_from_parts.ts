// $dateFromParts: a date out of year, month, day ... or ISO week parts. Parts beyond their range roll over; the year may not.

import { asInt64Exact, isNumber } from "../bson/number.ts";
import { BsonDate, type BsonValue, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import { dayNumberOf, dayNumberOfIsoWeek, joinMoment } from "./calendar.ts";
import { zoneArgument } from "./date_argument.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { type NamedArguments, namedArguments, namedOperator } from "./operator_kinds.ts";
import { localToUtc } from "./time_zone.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

const NATURAL = ["year", "month", "day"] as const;
const ISO = ["isoWeekYear", "isoWeek", "isoDayOfWeek"] as const;
const CLOCK = ["hour", "minute", "second", "millisecond"] as const;
type Name = typeof NATURAL[number] | typeof ISO[number] | typeof CLOCK[number] | "timezone";

const LOWEST_PART = -32768;
const HIGHEST_PART = 32767;

const RULES: NamedArguments<Name> = {
  operator: "$dateFromParts",
  names: {
    year: false,
    month: false,
    day: false,
    hour: false,
    minute: false,
    second: false,
    millisecond: false,
    isoWeekYear: false,
    isoWeek: false,
    isoDayOfWeek: false,
    timezone: false,
  },
  notAnObject: () =>
    new CommandError(40519, "$dateFromParts only supports an object as its argument"),
  unknown: (name) => new CommandError(40518, `Unrecognized argument to $dateFromParts: ${name}`),
  missing: () =>
    new CommandError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present"),
};

function checkNames(given: ReadonlySet<string>): void {
  const { missing } = RULES;
  if (!given.has("year") && !given.has("isoWeekYear")) throw missing("year");
  if (given.has("year") && ISO.some((name) => given.has(name))) {
    throw new CommandError(
      40489,
      "$dateFromParts does not allow mixing natural dates with ISO dates",
    );
  }
  if (given.has("isoWeekYear") && NATURAL.some((name) => given.has(name))) {
    throw new CommandError(
      40525,
      "$dateFromParts does not allow mixing ISO dates with natural dates",
    );
  }
}

/** A part as a whole number; null when it is null-like. */
function part(
  name: Name,
  value: OptionalValue,
  isGiven: boolean,
  otherwise: number,
): number | null {
  if (!isGiven) return otherwise;
  if (isNullish(value)) return null;
  const whole = isNumber(value) ? asInt64Exact(value) : undefined;
  if (whole === undefined) {
    throw new CommandError(
      40515,
      `'${name}' must evaluate to an integer, found ${typeNameOf(value)} with value ${
        describe(value)
      }`,
    );
  }
  const number = Number(whole);
  const isFree = name === "second" || name === "millisecond";
  if (name === "year" || name === "isoWeekYear") {
    if (number < 1 || number > 9999) {
      throw new CommandError(
        name === "year" ? 40523 : 31095,
        `'${name}' must evaluate to an integer in the range 1 to 9999, found ${number}`,
      );
    }
  } else if (!isFree && (number < LOWEST_PART || number > HIGHEST_PART)) {
    throw new CommandError(
      31034,
      `'${name}' must evaluate to a value in the range [${LOWEST_PART}, ${HIGHEST_PART}]; value ` +
        `${number} is not in range`,
    );
  }
  return number;
}

function dateFromParts(
  values: Readonly<Record<Name, OptionalValue>>,
  given: ReadonlySet<Name>,
): BsonValue {
  const isIso = given.has("isoWeekYear");
  const numbers: number[] = [];
  for (const name of [...(isIso ? ISO : NATURAL), ...CLOCK]) {
    const isClock = (CLOCK as readonly string[]).includes(name);
    const number = part(name, values[name], given.has(name), isClock ? 0 : 1);
    if (number === null) return null;
    numbers.push(number);
  }
  const zone = zoneArgument(values.timezone, given.has("timezone"));
  if (zone === null) return null;
  const [first, second, third, hour, minute, seconds, ms] = numbers;
  const dayNumber = isIso
    ? dayNumberOfIsoWeek(first, second, third)
    : dayNumberOf(first, second, third);
  const clockMs = ((hour * 60 + minute) * 60 + seconds) * 1000 + ms;
  return new BsonDate(localToUtc(joinMoment(dayNumber, clockMs), zone));
}

const definition = namedOperator(RULES, "A date from its parts", dateFromParts);

export const DATE_FROM_PARTS_OPERATORS: readonly ExpressionDefinition[] = [{
  ...definition,
  compile: (argument, context) => {
    checkNames(new Set(Object.keys(namedArguments(argument, RULES))));
    return definition.compile(argument, context);
  },
}];

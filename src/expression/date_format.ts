// Date formats: `%Y-%m-%d` and so on, read once into a list of pieces, and $dateToString.

import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { type CivilTime, civilTimeOf, dayOfYear, isoDayOfWeek, isoWeek, pad } from "./calendar.ts";
import { formatArgument, requireMoment, zoneArgument } from "./date_argument.ts";
import { sundayWeek } from "./date_parts.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { type NamedArguments, namedOperator } from "./operator_kinds.ts";
import { UTC } from "./time_zone.ts";
import { isNullish } from "./value_type.ts";

export const MONTHS: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A piece of a format: text as it is, or the letter of a directive. */
export type FormatPiece = { readonly text: string } | { readonly directive: string };

/** Splits a format into pieces; 18535 and 18536 for a bad one. */
export function parseFormat(format: string, directives: string): readonly FormatPiece[] {
  const pieces: FormatPiece[] = [];
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== "%") {
      pieces.push({ text: format[i] });
      continue;
    }
    const letter = format[++i];
    if (letter === undefined) {
      throw new CommandError(18535, "Unmatched '%' at end of format string");
    }
    if (letter === "%") pieces.push({ text: "%" });
    else if (directives.includes(letter)) pieces.push({ directive: letter });
    else {
      throw new CommandError(
        18536,
        `Invalid format character '%${letter}' in format string`,
      );
    }
  }
  return pieces;
}

const DIRECTIVES: Readonly<Record<string, (time: CivilTime, offsetMs: number) => string>> = {
  B: (time) => MONTHS[time.month - 1],
  G: (time) => pad(checkedYear(isoWeek(time.dayNumber).weekYear), 4),
  H: (time) => pad(time.hour, 2),
  L: (time) => pad(time.millisecond, 3),
  M: (time) => pad(time.minute, 2),
  S: (time) => pad(time.second, 2),
  U: (time) => pad(sundayWeek(time), 2),
  V: (time) => pad(isoWeek(time.dayNumber).week, 2),
  Y: (time) => pad(checkedYear(time.year), 4),
  Z: (_, offsetMs) => String(Math.trunc(offsetMs / 60000)),
  b: (time) => MONTHS[time.month - 1].slice(0, 3),
  d: (time) => pad(time.day, 2),
  j: (time) => pad(dayOfYear(time), 3),
  m: (time) => pad(time.month, 2),
  u: (time) => String(isoDayOfWeek(time.dayNumber)),
  w: (time) => String(isoDayOfWeek(time.dayNumber) % 7 + 1),
  z: (_, offsetMs) => {
    const minutes = Math.floor(Math.abs(offsetMs) / 60000);
    return `${offsetMs < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
  },
};
const LETTERS = Object.keys(DIRECTIVES).join("");

function checkedYear(year: number): number {
  if (year >= 0 && year <= 9999) return year;
  throw new CommandError(
    18537,
    `$dateToString is only defined on year 0-9999, tried to use year ${year}`,
  );
}

/** The text of local fields in a format. */
export function formatDate(
  pieces: readonly FormatPiece[],
  time: CivilTime,
  offsetMs: number,
): string {
  let text = "";
  for (const piece of pieces) {
    text += "text" in piece ? piece.text : DIRECTIVES[piece.directive](time, offsetMs);
  }
  return text;
}

const LOCAL_FORMAT = "%Y-%m-%dT%H:%M:%S.%L";
const formats = new Map<string, readonly FormatPiece[]>();

function piecesOf(format: string): readonly FormatPiece[] {
  let pieces = formats.get(format);
  if (pieces === undefined) {
    pieces = parseFormat(format, LETTERS);
    if (formats.size < 256) formats.set(format, pieces);
  }
  return pieces;
}

type Name = "date" | "format" | "timezone" | "onNull";

const RULES: NamedArguments<Name> = {
  operator: "$dateToString",
  names: { date: true, format: false, timezone: false, onNull: false },
  notAnObject: () =>
    new CommandError(18629, "$dateToString only supports an object as its argument"),
  unknown: (name) => new CommandError(18534, `Unrecognized argument to $dateToString: ${name}`),
  missing: () => new CommandError(18628, "Missing 'date' parameter to $dateToString"),
};

function dateToString(
  values: Readonly<Record<Name, OptionalValue>>,
  given: ReadonlySet<Name>,
): OptionalValue {
  let format: string | undefined;
  if (given.has("format")) {
    if (isNullish(values.format)) return null;
    format = formatArgument("$dateToString", 18533, values.format);
    piecesOf(format);
  }
  const zone = zoneArgument(values.timezone, given.has("timezone"));
  if (zone === null) return null;
  if (isNullish(values.date)) return given.has("onNull") ? values.onNull : null;
  const moment = requireMoment(values.date);
  const offsetMs = zone.offsetAt(moment);
  const pieces = piecesOf(format ?? (zone === UTC ? `${LOCAL_FORMAT}Z` : LOCAL_FORMAT));
  const text: BsonValue = formatDate(pieces, civilTimeOf(moment + BigInt(offsetMs)), offsetMs);
  return text;
}

export const DATE_FORMAT_OPERATORS: readonly ExpressionDefinition[] = [
  namedOperator(RULES, "A date as text", dateToString),
];

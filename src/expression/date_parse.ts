// Dates out of text: the usual spellings, or a given format. Behind $dateFromString, $toDate and $convert.
//
// Without a format: ISO 8601 with its abbreviations, `2024/1/31`, `1/31/2024`, month names before or after the day, RFC 2822,
// each with an optional time and zone. The server's parser knows more exotic forms ("last monday"); those are refused here.

import { CommandError, ErrorCode } from "../error.ts";
import { dayNumberOf, dayNumberOfIsoWeek, daysInMonth, joinMoment } from "./calendar.ts";
import { type FormatPiece, MONTHS, parseFormat } from "./date_format.ts";
import { localToUtc, type TimeZone, timeZoneOf, UTC } from "./time_zone.ts";

/** A text that is no date: error 241 with the text and the reason. */
export function dateParseError(text: string, reason: string): CommandError {
  return new CommandError(
    ErrorCode.ConversionFailure,
    `Error parsing date string '${text}'; ${reason}`,
  );
}

interface Fields {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  isoWeekYear?: number;
  isoWeek?: number;
  isoDayOfWeek?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  zone?: TimeZone;
  /** The zone was a number of hours and minutes. */
  hasOffset?: boolean;
}

const MONTH_NAMES = MONTHS.flatMap((name) => [name, name.slice(0, 3)]).concat("Sept").join("|");
const MONTH = `(${MONTH_NAMES})(?![A-Za-z])\\.?`;
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";
const WEEKDAY = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+)?";

function named(form: string): RegExp {
  return new RegExp(`^${WEEKDAY}${form}`, "i");
}

/** The first form that fits is taken, so longer ones come first. */
const DATE_FORMS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})/, ["year", "month", "day"]],
  [/^(\d{4})\/(\d{1,2})\/(\d{1,2})/, ["year", "month", "day"]],
  [/^(\d{1,2})\/(\d{1,2})\/(\d{4})/, ["month", "day", "year"]],
  [/^(\d{1,2})\/(\d{1,2})\/(\d{2})(?!\d)/, ["month", "day", "shortYear"]],
  [/^(\d{1,2})[-.](\d{1,2})[-.](\d{4})/, ["day", "month", "year"]],
  [/^(\d{4})-?W(\d{2})(?:-?([1-7]))?(?![\d])/, ["isoWeekYear", "isoWeek", "isoDayOfWeek"]],
  [/^(\d{4})[-.]?(\d{3})(?!\d)/, ["year", "dayOfYear"]],
  [
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?!\d)/,
    ["year", "month", "day", "hour", "minute", "second"],
  ],
  [/^(\d{4})(\d{2})(\d{2})(?!\d)/, ["year", "month", "day"]],
  [/^(\d{4})-(\d{1,2})(?!\d)/, ["year", "month"]],
  [named(`(\\d{4})-(${MONTH_NAMES})-(\\d{1,2})`), ["year", "monthName", "day"]],
  [named(`${DAY}[\\s.-]*(${MONTH_NAMES})\\.?,?[\\s.-]*(\\d{4})`), ["day", "monthName", "year"]],
  [named(`${MONTH}[\\s.-]+${DAY},?[\\s.-]+(\\d{4})`), ["monthName", "day", "year"]],
  [named(`${MONTH}[\\s.-]+(\\d{4})`), ["monthName", "year"]],
];
const TIME_FORM = new RegExp(
  "^[T\\s,]+(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:[.,](\\d{1,9}))?)?(?!\\d)" +
    "(?:\\s*([AaPp]\\.?[Mm]\\.?)(?![A-Za-z]))?" +
    "|^T(\\d{2})(\\d{2})(\\d{2})?(?:[.,](\\d{1,9}))?" +
    "|^[T\\s,]+(\\d{1,2})\\s*([AaPp]\\.?[Mm]\\.?)(?![A-Za-z])",
);
const TIME_WORD = /^[T\s,]+(noon|midnight)(?![A-Za-z])/i;
/** A day of a month in no year. */
const YEARLESS = named(`(?:${MONTH}[\\s.-]+${DAY}|${DAY}[\\s.-]*(?:${MONTH_NAMES}))\\s*$`);

/** Time zone abbreviations and their hours from UTC; a zone's full name is not allowed inside the text. */
const ABBREVIATIONS: ReadonlyMap<string, number> = new Map([
  ["Z", 0],
  ["UTC", 0],
  ["GMT", 0],
  ["WET", 0],
  ["BST", 1],
  ["CET", 1],
  ["WEST", 1],
  ["CEST", 2],
  ["EET", 2],
  ["SAST", 2],
  ["EEST", 3],
  ["MSK", 3],
  ["IST", 5.5],
  ["JST", 9],
  ["KST", 9],
  ["AEST", 10],
  ["AEDT", 11],
  ["NZST", 12],
  ["NZDT", 13],
  ["AST", -4],
  ["ADT", -3],
  ["EST", -5],
  ["EDT", -4],
  ["CST", -6],
  ["CDT", -5],
  ["MST", -7],
  ["MDT", -6],
  ["PST", -8],
  ["PDT", -7],
  ["AKST", -9],
  ["AKDT", -8],
  ["HST", -10],
]);

function monthNumber(name: string): number {
  const short = name.slice(0, 3).toLowerCase();
  return MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === short) + 1;
}

function setField(fields: Fields, name: string, text: string | undefined): void {
  if (text === undefined) return;
  if (name === "monthName") fields.month = monthNumber(text);
  else if (name === "shortYear") fields.year = Number(text) + (Number(text) < 70 ? 2000 : 1900);
  else (fields as Record<string, number>)[name] = Number(text);
}

function readDate(text: string, fields: Fields): string | undefined {
  for (const [form, names] of DATE_FORMS) {
    const match = form.exec(text);
    if (match === null) continue;
    names.forEach((name, i) => setField(fields, name, match[i + 1]));
    // A month alone means its first day.
    if (names.length === 2 && fields.dayOfYear === undefined && fields.month !== undefined) {
      fields.day = 1;
    }
    return text.slice(match[0].length);
  }
  return undefined;
}

function readTime(text: string, fields: Fields): string {
  const word = TIME_WORD.exec(text);
  if (word !== null) {
    fields.hour = word[1].toLowerCase() === "noon" ? 12 : 0;
    return text.slice(word[0].length);
  }
  const match = TIME_FORM.exec(text);
  if (match === null) return text;
  const [hour, minute, second, fraction] = match[1] !== undefined
    ? [match[1], match[2], match[3], match[4]]
    : match[6] !== undefined
    ? [match[6], match[7], match[8], match[9]]
    : [match[10], undefined, undefined, undefined];
  setField(fields, "hour", hour);
  setField(fields, "minute", minute);
  setField(fields, "second", second);
  if (fraction !== undefined) fields.millisecond = Number(fraction.padEnd(3, "0").slice(0, 3));
  const half = match[5] ?? match[11];
  if (half !== undefined) {
    fields.hour = Number(hour) % 12 + (half.toLowerCase().startsWith("p") ? 12 : 0);
  }
  return text.slice(match[0].length);
}

function fixedZone(name: string, hours: number): TimeZone {
  return { name, offsetAt: () => hours * 3_600_000 };
}

/** A zone at the end of the text: an offset or an abbreviation. */
function readZone(text: string, whole: string, fields: Fields): void {
  const rest = text.trim().replace(/^\((.*)\)$/, "$1");
  if (rest === "") return;
  const hours = ABBREVIATIONS.get(rest.toUpperCase());
  if (hours !== undefined) {
    fields.zone = hours === 0 ? UTC : fixedZone(rest, hours);
    return;
  }
  const offset = /^(?:GMT|UTC)?\s*([+-]\d{1,2}(?::?\d{2})?)(?:\s*\([^)]*\))?$/.exec(rest);
  if (offset !== null) {
    const sign = offset[1][0];
    const digits = offset[1].slice(1).replace(":", "");
    const padded = digits.length <= 2 ? `${digits.padStart(2, "0")}00` : digits.padStart(4, "0");
    fields.zone = timeZoneOf(`${sign}${padded}`);
    fields.hasOffset = true;
    return;
  }
  if (!/^[A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*$/.test(rest)) throw unexpected(whole, rest);
  const at = Math.max(whole.lastIndexOf(rest), 0);
  throw dateParseError(whole, `${at}: ${NO_ZONE_NAME} '${rest[0]}'`);
}

/** What is said of any word where a zone may stand, whether it names one or not. */
const NO_ZONE_NAME = "passing a time zone identifier as part of the string is not allowed";

/** Of digits each is complained about, of other text the first character. */
function unexpected(whole: string, rest: string): CommandError {
  const at = Math.max(whole.lastIndexOf(rest), 0);
  const characters = /^\d+$/.test(rest) ? [...rest] : [...rest].slice(0, 1);
  const complaints = characters.map((one, i) => `${at + i}: Unexpected character '${one}'`);
  return dateParseError(whole, complaints.join("; "));
}

/** Milliseconds of a date in one of the usual spellings. `zone` is the `timezone` argument. */
export function parseDateText(text: string, zone: TimeZone | undefined): bigint {
  const fields: Fields = {};
  const trimmed = text.trim();
  const afterDate = readDate(trimmed, fields);
  if (afterDate === undefined) throw incomplete(text);
  readZone(readTime(afterDate, fields), text, fields);
  return momentOfFields(text, fields, zone);
}

/** Words that say something of a time, though not which day it is on. */
const TIME_WORDS = new RegExp(
  "^(?:[a-z]|now|today|midnight|noon|tomorrow|yesterday|" +
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)$",
  "i",
);

function incomplete(text: string): CommandError {
  const word = text.trim();
  if (word === "") return dateParseError(text, "0: Empty string '\0'");
  if (/^\d{1,3}$/.test(word)) return unexpected(text, word);
  const isTime = /^[\d\s:.-]*\d[\d\s:.-]*$/.test(text) || TIME_WORDS.test(word) ||
    YEARLESS.test(text) || ABBREVIATIONS.has(word.toUpperCase());
  if (isTime) return missing(text);
  const reason = /[A-Za-z]/.test(word[0]) ? NO_ZONE_NAME : "Unexpected character";
  return dateParseError(text, `0: ${reason} '${word[0]}'`);
}

function checkRange(text: string, name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw dateParseError(text, `${text.length + 1}: The parsed ${name} was invalid '\0'`);
}

function dayNumberOfFields(text: string, fields: Fields): number {
  if (fields.isoWeekYear !== undefined || fields.isoWeek !== undefined) {
    if (fields.isoWeekYear === undefined || fields.isoWeek === undefined) throw missing(text);
    checkRange(text, "week", fields.isoWeek, 1, 53);
    return dayNumberOfIsoWeek(fields.isoWeekYear, fields.isoWeek, fields.isoDayOfWeek ?? 1);
  }
  const { year, month, day } = fields;
  if (year === undefined) throw missing(text);
  if (fields.dayOfYear !== undefined) {
    checkRange(text, "day", fields.dayOfYear, 1, 366);
    return dayNumberOf(year, 1, fields.dayOfYear);
  }
  if (month === undefined || day === undefined) throw missing(text);
  checkRange(text, "date", month, 1, 12);
  checkRange(text, "date", day, 1, daysInMonth(year, month));
  return dayNumberOf(year, month, day);
}

function missing(text: string): CommandError {
  return new CommandError(
    ErrorCode.ConversionFailure,
    `an incomplete date/time string has been found, with elements missing: "${text}"`,
  );
}

function momentOfFields(text: string, fields: Fields, argument: TimeZone | undefined): bigint {
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = fields;
  checkRange(text, "time", hour, 0, 24);
  checkRange(text, "time", minute, 0, 59);
  checkRange(text, "time", second, 0, 60);
  if (fields.zone !== undefined && argument !== undefined) {
    throw new CommandError(
      ErrorCode.ConversionFailure,
      `you cannot pass in a date/time string with ${
        fields.hasOffset === true ? "GMT offset" : `time zone information ('${text}')`
      } together with a timezone argument`,
    );
  }
  const dayNumber = dayNumberOfFields(text, fields);
  const local = joinMoment(
    dayNumber,
    ((hour * 60 + minute) * 60 + second) * 1000 + millisecond,
  );
  return localToUtc(local, fields.zone ?? argument ?? UTC);
}

/** How a directive reads text: a pattern and the field it fills. */
const DIRECTIVES: Readonly<Record<string, readonly [pattern: string, field: string]>> = {
  B: ["[A-Za-z]{3,9}", "monthName"],
  G: ["\\d{1,4}", "isoWeekYear"],
  H: ["\\d{1,2}", "hour"],
  L: ["\\d{1,3}", "millisecond"],
  M: ["\\d{1,2}", "minute"],
  S: ["\\d{1,2}", "second"],
  V: ["\\d{1,2}", "isoWeek"],
  Y: ["\\d{4}", "year"],
  Z: ["[+-]?\\d{1,4}", "zoneMinutes"],
  b: ["[A-Za-z]{3}", "monthName"],
  d: ["\\d{1,2}", "day"],
  j: ["\\d{1,3}", "dayOfYear"],
  m: ["\\d{1,2}", "month"],
  u: ["[1-7]", "isoDayOfWeek"],
  z: ["Z|[+-]\\d{2}:?\\d{2}|[+-]\\d{2}|[A-Za-z]+(?:[/_][A-Za-z_]+)*", "zone"],
};
const LETTERS = Object.keys(DIRECTIVES).join("");

/** Checks a format for $dateFromString and splits it. */
export function parseInputFormat(format: string): readonly FormatPiece[] {
  return parseFormat(format, LETTERS);
}

/** Milliseconds of a date spelled in a format. */
export function parseFormattedDate(
  text: string,
  pieces: readonly FormatPiece[],
  zone: TimeZone | undefined,
): bigint {
  const fields: Fields = {};
  let at = 0;
  for (const piece of pieces) {
    if ("text" in piece) {
      if (text[at] !== piece.text) {
        const found = text[at] === undefined
          ? "Not enough data available to satisfy format"
          : "Format literal not found";
        throw dateParseError(text, `${at}: ${found} '${text[at] ?? ""}'`);
      }
      at++;
      continue;
    }
    const [pattern, field] = DIRECTIVES[piece.directive];
    const match = new RegExp(`^(?:${pattern})`).exec(text.slice(at));
    if (match === null) {
      throw dateParseError(text, `${at}: Unexpected character '${text[at] ?? ""}'`);
    }
    at += match[0].length;
    applyDirective(fields, field, match[0], text);
  }
  if (at < text.length) throw dateParseError(text, `${at}: Trailing data '${text[at]}'`);
  completeIsoDate(text, fields);
  return momentOfFields(text, fields, zone);
}

/** Parts of a week's date may be left out behind its year, but not be mixed with those of a month's date. */
function completeIsoDate(text: string, fields: Fields): void {
  const { isoWeekYear, isoWeek, isoDayOfWeek } = fields;
  if ((isoWeekYear ?? isoWeek ?? isoDayOfWeek) === undefined) return;
  const { year, month, day, dayOfYear } = fields;
  if ((year ?? month ?? day ?? dayOfYear) !== undefined) {
    throw dateParseError(text, "0: Mixing of ISO dates with natural dates is not allowed");
  }
  if (isoWeekYear === undefined) throw dateParseError(text, "0: The parsed date was invalid");
  fields.isoWeek ??= 1;
}

function applyDirective(fields: Fields, field: string, part: string, text: string): void {
  if (field === "zone") {
    try {
      fields.zone = timeZoneOf(part.replace(":", ""));
      fields.hasOffset = /^[+-]/.test(part);
    } catch {
      throw dateParseError(text, `0: The timezone could not be found in the database '${part}'`);
    }
  } else if (field === "zoneMinutes") {
    const minutes = Number(part);
    fields.hasOffset = true;
    fields.zone = { name: part, offsetAt: () => minutes * 60000 };
  } else if (field === "monthName") {
    const month = monthNumber(part);
    if (month === 0) throw dateParseError(text, `0: A textual month could not be found '${part}'`);
    fields.month = month;
  } else if (field === "millisecond") fields.millisecond = Number(part.padEnd(3, "0"));
  else setField(fields, field, part);
}

// The proleptic Gregorian calendar over the whole range of BSON dates, which JavaScript's Date covers only in part.
//
// A moment is split into a day number (days since 1970-01-01) and milliseconds of the day; both are exact doubles for all int64
// milliseconds. Weeks follow ISO 8601 where the name says so. Time zones are in time_zone.ts.

export const MS_PER_DAY = 86400000;
const BIG_MS_PER_DAY = 86400000n;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** A moment as calendar fields. */
export interface CivilTime extends CivilDate {
  /** Days since 1970-01-01. */
  readonly dayNumber: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Days since 1970-01-01 of a date; month and day may run over their ranges. */
export function dayNumberOf(year: number, month: number, day: number): number {
  const months = year * 12 + (month - 1);
  const y = Math.floor(months / 12);
  const m = months - y * 12 + 1;
  const shifted = m <= 2 ? y - 1 : y;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear;
  return era * 146097 + dayOfEra - 719468 + (day - 1);
}

/** The date of a day number. */
export function civilDateOf(dayNumber: number): CivilDate {
  const z = dayNumber + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Splits milliseconds since 1970 into day number and milliseconds of the day. */
export function splitMoment(ms: bigint): { dayNumber: number; msOfDay: number } {
  let days = ms / BIG_MS_PER_DAY;
  if (ms < 0n && days * BIG_MS_PER_DAY !== ms) days -= 1n;
  return { dayNumber: Number(days), msOfDay: Number(ms - days * BIG_MS_PER_DAY) };
}

/** Milliseconds since 1970 of a day number and milliseconds of the day (which may run over). */
export function joinMoment(dayNumber: number, msOfDay: number): bigint {
  return BigInt(dayNumber) * BIG_MS_PER_DAY + BigInt(msOfDay);
}

export function isInDateRange(ms: bigint): boolean {
  return ms >= MIN_INT64 && ms <= MAX_INT64;
}

/** Calendar fields of a moment, given as local milliseconds (offset already added). */
export function civilTimeOf(localMs: bigint): CivilTime {
  const { dayNumber, msOfDay } = splitMoment(localMs);
  const { year, month, day } = civilDateOf(dayNumber);
  return {
    year,
    month,
    day,
    dayNumber,
    hour: Math.floor(msOfDay / 3600000),
    minute: Math.floor(msOfDay / 60000) % 60,
    second: Math.floor(msOfDay / 1000) % 60,
    millisecond: msOfDay % 1000,
  };
}

/** 1 (Monday) to 7 (Sunday). */
export function isoDayOfWeek(dayNumber: number): number {
  return modulo(dayNumber + 3, 7) + 1;
}

/** 1 (1 January) to 366. */
export function dayOfYear(date: CivilTime): number {
  return date.dayNumber - dayNumberOf(date.year, 1, 1) + 1;
}

/** ISO week year and week: the week belongs to the year of its Thursday. */
export function isoWeek(dayNumber: number): { weekYear: number; week: number } {
  const thursday = dayNumber - isoDayOfWeek(dayNumber) + 4;
  const weekYear = civilDateOf(thursday).year;
  return { weekYear, week: Math.floor((thursday - dayNumberOf(weekYear, 1, 1)) / 7) + 1 };
}

/** Day number of a day of an ISO week. */
export function dayNumberOfIsoWeek(weekYear: number, week: number, dayOfWeek: number): number {
  const january4 = dayNumberOf(weekYear, 1, 4);
  return january4 - isoDayOfWeek(january4) + 1 + (week - 1) * 7 + (dayOfWeek - 1);
}

export function daysInMonth(year: number, month: number): number {
  return dayNumberOf(year, month + 1, 1) - dayNumberOf(year, month, 1);
}

/** The remainder that is never negative. */
export function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}

export function pad(value: number, width: number): string {
  const text = String(Math.abs(value)).padStart(width, "0");
  return value < 0 ? `-${text}` : text;
}

/** `2024-01-31T12:30:00.000Z`. */
export function isoDateText(ms: bigint): string {
  const time = civilTimeOf(ms);
  return `${pad(time.year, 4)}-${pad(time.month, 2)}-${pad(time.day, 2)}T${pad(time.hour, 2)}:` +
    `${pad(time.minute, 2)}:${pad(time.second, 2)}.${pad(time.millisecond, 3)}Z`;
}

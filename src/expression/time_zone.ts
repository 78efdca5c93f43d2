// Time zones by Olson name ("Europe/Berlin") or offset ("+05:30"), through Intl, which carries the full database in Deno.
//
// Asking Intl per document would cost microseconds; instead the offset changes of one zone and year are found once and kept. A
// year beyond 9999 borrows the rules of the same year of an earlier 400-year cycle.

import { CommandError } from "../error.ts";
import { civilDateOf, dayNumberOf, MS_PER_DAY } from "./calendar.ts";

export interface TimeZone {
  readonly name: string;
  /** Milliseconds to add to UTC to get local time at a moment. */
  offsetAt(utcMs: bigint): number;
}

interface Change {
  /** First moment at which the offset holds. */
  readonly from: number;
  readonly offset: number;
}

const CYCLE_MS = 146097 * MS_PER_DAY;
const EARLIEST_MS = dayNumberOf(1800, 1, 1) * MS_PER_DAY;
const LATEST_MS = dayNumberOf(9999, 1, 1) * MS_PER_DAY;

export const UTC: TimeZone = { name: "UTC", offsetAt: () => 0 };

const zones = new Map<string, TimeZone>([["UTC", UTC], ["GMT", UTC], ["Z", UTC]]);

/** The zone of an identifier; 40485 for an unknown one. */
export function timeZoneOf(identifier: string): TimeZone {
  let zone = zones.get(identifier);
  if (zone === undefined) {
    zone = fixedZone(identifier) ?? namedZone(identifier);
    zones.set(identifier, zone);
  }
  return zone;
}

/** `+hh`, `+hhmm` or `+hh:mm`. */
function fixedZone(identifier: string): TimeZone | undefined {
  const match = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(identifier);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  const offset = (match[1] === "-" ? -minutes : minutes) * 60000;
  return { name: identifier, offsetAt: () => offset };
}

function namedZone(identifier: string): TimeZone {
  try {
    if (!/^[A-Za-z]/.test(identifier)) throw new RangeError(identifier);
    return new OlsonZone(identifier);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(40485, `unrecognized time zone identifier: "${identifier}"`);
  }
}

class OlsonZone implements TimeZone {
  private readonly format: Intl.DateTimeFormat;
  private readonly changesByYear = new Map<number, readonly Change[]>();

  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  offsetAt(utcMs: bigint): number {
    let ms = Number(utcMs);
    if (ms < EARLIEST_MS) ms = EARLIEST_MS;
    else if (ms > LATEST_MS) ms -= Math.ceil((ms - LATEST_MS) / CYCLE_MS) * CYCLE_MS;
    const year = civilDateOf(Math.floor(ms / MS_PER_DAY)).year;
    let changes = this.changesByYear.get(year);
    if (changes === undefined) {
      changes = this.findChanges(year);
      this.changesByYear.set(year, changes);
    }
    let offset = changes[0].offset;
    for (let i = 1; i < changes.length && changes[i].from <= ms; i++) offset = changes[i].offset;
    return offset;
  }

  /** The offset changes of a UTC year, found by looking at each month's start and halving between. */
  private findChanges(year: number): readonly Change[] {
    let from = dayNumberOf(year, 1, 1) * MS_PER_DAY;
    const changes: Change[] = [{ from, offset: this.askOffset(from) }];
    for (let month = 2; month <= 13; month++) {
      const to = dayNumberOf(year, month, 1) * MS_PER_DAY;
      const before = changes[changes.length - 1].offset;
      const after = this.askOffset(to);
      if (after !== before) changes.push({ from: this.bisect(from, to, before), offset: after });
      from = to;
    }
    return changes;
  }

  /** First second in (low, high] whose offset is no longer `before`. */
  private bisect(low: number, high: number, before: number): number {
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (this.askOffset(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  private askOffset(ms: number): number {
    const fields: Record<string, number> = {};
    let isBeforeChrist = false;
    for (const { type, value } of this.format.formatToParts(ms)) {
      if (type === "era") isBeforeChrist = value.startsWith("B");
      else fields[type] = Number(value);
    }
    const year = isBeforeChrist ? 1 - fields.year : fields.year;
    const local = dayNumberOf(year, fields.month, fields.day) * MS_PER_DAY +
      fields.hour * 3600000 + fields.minute * 60000 + fields.second * 1000;
    return local - Math.floor(ms / 1000) * 1000;
  }
}

const DAY = BigInt(MS_PER_DAY);

/**
 * The moment of a local time. A local time that happens twice is the first; one that a change skips moves forward by the
 * skipped amount.
 */
export function localToUtc(localMs: bigint, zone: TimeZone): bigint {
  if (zone === UTC) return localMs;
  const before = zone.offsetAt(localMs - DAY);
  const after = zone.offsetAt(localMs + DAY);
  const early = localMs - BigInt(before);
  if (before === after || zone.offsetAt(early) === before) return early;
  const late = localMs - BigInt(after);
  return zone.offsetAt(late) === after ? late : early;
}

/** Local milliseconds of a moment. */
export function utcToLocal(utcMs: bigint, zone: TimeZone): bigint {
  return zone === UTC ? utcMs : utcMs + BigInt(zone.offsetAt(utcMs));
}

// The bounds of a window: `documents: [-2, 0]`, `range: [-10, 10]`, `range: [-1, 0], unit: "month"`.

import { toShellText } from "../../bson/json.ts";
import {
  asInt64Exact,
  compareNumbers,
  isNumber,
  type NumericValue,
  toNumber,
} from "../../bson/number.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import type { OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { isTimeUnit, type TimeUnit } from "../../expression/date_argument.ts";
import type { WindowSite } from "./definition.ts";

/** Positions beside the current document; infinite for "unbounded". */
export interface DocumentBounds {
  readonly kind: "documents";
  readonly lower: number;
  readonly upper: number;
}

export type RangeBound = "current" | "unbounded" | NumericValue;

/** Distances from the current document's sortBy value. */
export interface RangeBounds {
  readonly kind: "range";
  readonly lower: RangeBound;
  readonly upper: RangeBound;
  readonly unit: TimeUnit | undefined;
}

export type WindowBounds = DocumentBounds | RangeBounds;

/** The whole partition: the window of a function that names none. */
export const WHOLE_PARTITION: DocumentBounds = {
  kind: "documents",
  lower: -Infinity,
  upper: Infinity,
};

/** True when every document has all documents of the partition in its window. */
export function isWholePartition(bounds: WindowBounds): boolean {
  return bounds.kind === "documents" && bounds.lower === -Infinity && bounds.upper === Infinity;
}

/** True when the window always begins where the partition does. */
export function isLeftUnbounded(bounds: WindowBounds): boolean {
  return bounds.lower === -Infinity || bounds.lower === "unbounded";
}

function fail(message: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, message);
}

export function parseBounds(field: RawElement, site: WindowSite): WindowBounds {
  if (field.type !== BsonType.Document) throw fail("'window' field must be an object");
  const fields = [...elements(field.bytes, field.at)];
  const find = (name: string): RawElement | undefined => fields.find((one) => one.name === name);
  const documents = find("documents");
  const range = find("range");
  const unit = find("unit");
  if (documents !== undefined && range !== undefined) {
    throw fail("Window bounds can specify either 'documents' or 'unit', not both.");
  }
  if (range === undefined && unit !== undefined) {
    throw fail("Window bounds can only specify 'unit' with range-based bounds.");
  }
  if (documents !== undefined) {
    if (fields.length === 1) return documentBounds(documents, site);
    throw fail("'window' field that specifies documents cannot have other fields");
  }
  if (range !== undefined) return rangeBounds(range, unit, fields.length, site);
  if (fields.length === 0) return WHOLE_PARTITION;
  throw fail(
    "'window' field can only contain 'documents' as the only argument or 'range' with an optional " +
      "'unit' field",
  );
}

function pairOf(field: RawElement): readonly [RawElement, RawElement] {
  const items = field.type === BsonType.Array ? [...elements(field.bytes, field.at)] : [];
  if (items.length === 2) return [items[0], items[1]];
  throw fail(`Window bounds must be a 2-element array: ${field.name}: ${toShellText(field)}`);
}

/** A bound: one of the two words, or a constant that `check` accepts. */
function parseBound(
  item: RawElement,
  { context }: WindowSite,
  check: (value: OptionalValue) => NumericValue,
): RangeBound {
  if (item.type === BsonType.String) {
    const word = readString(item.bytes, item.at);
    if (word === "unbounded" || word === "current") return word;
    throw fail("Window bounds must be 'unbounded', 'current', or a number.");
  }
  const { constant } = context.compiler.compile(item);
  if (constant === undefined) throw fail("Window bounds expression must be a constant.");
  return check(constant);
}

/** A whole number of 32 bits, as MongoDB wants it here. */
function isInt32Valued(value: OptionalValue): value is NumericValue {
  const exact = asInt64Exact(value);
  return exact !== undefined && BigInt.asIntN(32, exact) === exact;
}

function checkOrder(lower: RangeBound, upper: RangeBound): void {
  if (lower === "unbounded" || upper === "unbounded") return;
  const low = lower === "current" ? 0 : lower;
  const high = upper === "current" ? 0 : upper;
  if (compareNumbers(low, high) <= 0) return;
  throw new CommandError(
    5339900,
    `Lower bound must not exceed upper bound: [${toShellText(low)}, ${toShellText(high)}]`,
  );
}

function documentBounds(field: RawElement, site: WindowSite): DocumentBounds {
  const whole = (value: OptionalValue): NumericValue => {
    if (isInt32Valued(value)) return value;
    throw fail("Numeric document-based bounds must be an integer");
  };
  const [lower, upper] = pairOf(field).map((item) => parseBound(item, site, whole));
  checkOrder(lower, upper);
  const bounds: DocumentBounds = {
    kind: "documents",
    lower: lower === "unbounded" ? -Infinity : lower === "current" ? 0 : toNumber(lower),
    upper: upper === "unbounded" ? Infinity : upper === "current" ? 0 : toNumber(upper),
  };
  const isUnbounded = bounds.lower === -Infinity && bounds.upper === Infinity;
  if (!isUnbounded && site.sortBy === undefined) {
    throw new CommandError(5339901, "Document-based bounds require a sortBy");
  }
  return bounds;
}

function rangeBounds(
  field: RawElement,
  unit: RawElement | undefined,
  fieldCount: number,
  site: WindowSite,
): RangeBounds {
  const pair = pairOf(field);
  if (unit !== undefined) {
    if (fieldCount !== 2) {
      throw fail("'window' field that specifies unit cannot have other fields besides 'range'");
    }
    if (unit.type !== BsonType.String) throw fail("'unit' must be a string");
  } else if (fieldCount !== 1) {
    throw fail("'window' field that specifies range cannot have other fields besides 'unit'");
  }
  const check = (value: OptionalValue): NumericValue => {
    if (unit !== undefined && !isInt32Valued(value)) {
      throw fail("With 'unit', range-based bounds must be an integer");
    }
    if (isNumber(value)) return value;
    throw fail("Range-based bounds expression must be a number");
  };
  const [lower, upper] = pair.map((item) => parseBound(item, site, check));
  checkOrder(lower, upper);
  const timeUnit = unit === undefined ? undefined : parseTimeUnit(readString(unit.bytes, unit.at));
  checkSort(site);
  return { kind: "range", lower, upper, unit: timeUnit };
}

/** A unit of time; 9 for a word that is none. */
export function parseTimeUnit(text: string): TimeUnit {
  if (isTimeUnit(text)) return text;
  throw fail(`unknown time unit value: ${text}`);
}

function checkSort({ sortBy }: WindowSite): void {
  if (sortBy === undefined || sortBy.parts.length !== 1) {
    throw new CommandError(5339902, "Range-based bounds require sortBy a single field");
  }
  const [part] = sortBy.parts;
  if (part.meta !== undefined) {
    throw new CommandError(8947400, "Range-based bounds require a non-expression sortBy");
  }
  if (part.direction < 0) {
    throw new CommandError(8947401, "Range-based bounds require an ascending sortBy");
  }
}

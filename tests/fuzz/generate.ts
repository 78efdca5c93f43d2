// Random BSON for fuzz targets: every type, the values where implementations differ, and all from one seed.
//
// A failing run prints its seed and case number; the same seed gives the same documents. Values come out as raw bytes,
// because that is what the engine reads.

import { Decimal128 } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import type { RawValue } from "../../src/bson/read.ts";
import { BsonType } from "../../src/bson/type.ts";

/** A small seeded generator (mulberry32). */
export class Random {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed | 0;
  }

  /** 0 <= n < 1 */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** 0 <= n < limit, integral. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

/** A seed for a run that was given none; print it. */
export function freshSeed(): number {
  return (Math.random() * 2 ** 31) | 0;
}

export interface GenerateOptions {
  /** Names to draw from; few names make paths meet. */
  readonly names?: readonly string[];
  readonly types?: readonly number[];
  readonly maxDepth?: number;
  readonly maxFields?: number;
  /** May a name come twice in a document? */
  readonly duplicates?: boolean;
}

export const ALL_TYPES: readonly number[] = Object.values(BsonType);
export const NUMERIC_TYPES: readonly number[] = [
  BsonType.Int32,
  BsonType.Int64,
  BsonType.Double,
  BsonType.Decimal128,
];

export const INTERESTING_INT64: readonly bigint[] = [
  ...[0n, 1n, 2n, 5n, 10n, 2n ** 31n, 2n ** 32n, 2n ** 52n, 2n ** 53n - 1n, 2n ** 53n],
  ...[2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 53n + 3n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n - 512n],
  ...[9007199254740995n, 123456789012345678n, 1000000000000000000n],
];
export const INTERESTING_DOUBLES: readonly number[] = [
  ...[0, -0, 1, 0.1, 0.5, 1.5, 2, 5, 10, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64],
  ...[Number.MIN_VALUE, 2.2250738585072014e-308, Number.MAX_VALUE, 1e300, 1e-300, 1e22, 1e23],
  ...[NaN, Infinity, 3.141592653589793, 0.30000000000000004, 1e15 + 0.3, 4503599627370497.5],
];
export const INTERESTING_DECIMALS: readonly string[] = [
  ...["0", "-0", "0E+6000", "1", "1.0", "1.00", "10", "1E+1", "0.1", "0.10", "0.5", "5", "5E-1"],
  ...["0.1000000000000000055511151231257827", "9007199254740993", "9007199254740992.5"],
  ...["9007199254740993.000000000000000001", "9223372036854775807", "9223372036854775807.5"],
  ...["9223372036854775808", "9.999999999999999999999999999999999E+6144", "1E-6176", "1E-400"],
  ...["1E+400", "1.7976931348623157E+308", "1.797693134862315708145274237317044E+308", "4.9E-324"],
  ...["NaN", "Infinity", "2.5E-324", "3E-324", "1E+22", "1E+23", "123456789012345678"],
];
const TEXTS: readonly string[] = [
  ...["", "a", "b", "A", "ab", "a\0", "a\0b", "a\u0001", "\0", "\0\0", "\u0001", "\u0001\u0002"],
  ...["é", "ä", "z", "Ａ", "😀", "\uffff", "\u{10ffff}", "hello world", "aa", "a".repeat(40)],
];
const FIELD_NAMES: readonly string[] = ["a", "b", "c", "d", "0", "1", "10", "aa", "é", "__proto__"];

function randomInt64(random: Random): bigint {
  const sign = random.chance(0.5) ? 1n : -1n;
  if (random.chance(0.5)) return sign * random.pick(INTERESTING_INT64);
  if (random.chance(0.3)) return BigInt(random.below(20) - 10);
  const wide = (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
  return BigInt.asIntN(64, wide >> BigInt(random.below(64)));
}

function randomDouble(random: Random): number {
  const sign = random.chance(0.5) ? 1 : -1;
  if (random.chance(0.5)) return sign * random.pick(INTERESTING_DOUBLES);
  if (random.chance(0.3)) return random.below(20) - 10;
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, random.below(2 ** 32));
  view.setUint32(4, random.below(2 ** 32));
  const value = view.getFloat64(0);
  return Number.isNaN(value) ? NaN : value; // signalling NaNs do not survive a JavaScript number
}

function randomDecimal(random: Random): Decimal128 {
  const sign = random.chance(0.5) ? "" : "-";
  if (random.chance(0.6)) {
    return Decimal128.fromString(`${sign}${random.pick(INTERESTING_DECIMALS)}`.replace("--", "-"));
  }
  if (random.chance(0.3)) return Decimal128.fromString(`${random.below(20) - 10}`);
  let digits = "";
  const count = 1 + random.below(34);
  for (let i = 0; i < count; i++) digits += String(random.below(10));
  const exponent = random.chance(0.8) ? random.below(40) - 30 : random.below(12000) - 6100;
  return Decimal128.fromString(`${sign}${digits}E${Math.max(-6176, Math.min(exponent, 6111))}`);
}

function randomText(random: Random): string {
  if (random.chance(0.8)) return random.pick(TEXTS);
  let text = "";
  for (let i = random.below(6); i > 0; i--) text += random.pick(TEXTS);
  return text;
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.chance(0.3) ? 0 : random.below(256));
}

/** Appends one element of a random type. */
export function appendRandom(
  writer: BsonWriter,
  name: string | undefined,
  random: Random,
  options: GenerateOptions = {},
  depth = 0,
): void {
  const type = random.pick(options.types ?? ALL_TYPES);
  const nested = depth < (options.maxDepth ?? 3);
  switch (type) {
    case BsonType.Double:
      return writer.double(name, randomDouble(random));
    case BsonType.String:
      return writer.string(name, randomText(random));
    case BsonType.Document:
      writer.startDocument(name);
      if (nested) appendFields(writer, random, options, depth + 1);
      return writer.end();
    case BsonType.Array:
      writer.startArray(name);
      if (nested) {
        for (let i = random.below(4); i > 0; i--) {
          appendRandom(writer, undefined, random, options, depth + 1);
        }
      }
      return writer.end();
    case BsonType.Int32:
      return writer.int32(name, random.chance(0.5) ? random.below(20) - 10 : random.below(2 ** 32));
    case BsonType.Int64:
      return writer.int64(name, BigInt.asIntN(64, randomInt64(random)));
    case BsonType.Decimal128:
      return writer.decimal(name, randomDecimal(random).bytes);
    default:
      return appendOther(writer, name, random, type);
  }
}

function appendOther(
  writer: BsonWriter,
  name: string | undefined,
  random: Random,
  type: number,
): void {
  switch (type) {
    case BsonType.Binary:
      return writer.binary(
        name,
        random.pick([0, 3, 4, 5, 128]),
        randomBytes(random, random.below(4)),
      );
    case BsonType.ObjectId:
      return writer.objectId(name, randomBytes(random, 12));
    case BsonType.Boolean:
      return writer.bool(name, random.chance(0.5));
    case BsonType.Date:
      return writer.date(name, BigInt.asIntN(64, randomInt64(random)));
    case BsonType.Timestamp:
      return writer.timestamp(name, BigInt.asUintN(64, randomInt64(random)));
    case BsonType.Regex: {
      const pattern = random.pick(["", "a", "b", "ab", "^é", "\u0001"]);
      return writer.regex(name, pattern, random.pick(["", "i", "im", "s"]));
    }
    case BsonType.DBPointer:
    case BsonType.Code:
    case BsonType.Symbol:
    case BsonType.CodeWithScope:
      return appendTextual(writer, name, random, type);
    default:
      return writer.valueless(name, type);
  }
}

function appendTextual(
  writer: BsonWriter,
  name: string | undefined,
  random: Random,
  type: number,
): void {
  const inner = new BsonWriter();
  inner.startDocument();
  inner.string("t", randomText(random));
  if (random.chance(0.5)) inner.int32("x", random.below(3));
  inner.end();
  const document = inner.bytes();
  const textEnd = 11 + document[7];
  const value = document.subarray(7, textEnd);
  const scope = new BsonWriter();
  scope.startDocument();
  if (random.chance(0.5)) scope.int32("x", random.below(3));
  scope.end();
  const holder = new BsonWriter();
  holder.startDocument();
  holder.headerBytes(type, new TextEncoder().encode("v"));
  if (type === BsonType.CodeWithScope) {
    holder.append(Uint8Array.of(4 + value.length + scope.length, 0, 0, 0));
  }
  holder.append(value);
  if (type === BsonType.CodeWithScope) holder.append(scope.bytes());
  if (type === BsonType.DBPointer) holder.append(randomBytes(random, 12));
  holder.end();
  writer.rawAt(name, holder.bytes(), type, 7);
}

function appendFields(
  writer: BsonWriter,
  random: Random,
  options: GenerateOptions,
  depth: number,
): void {
  const names = options.names ?? FIELD_NAMES;
  const used = new Set<string>();
  for (let i = random.below((options.maxFields ?? 4) + 1); i > 0; i--) {
    const name = random.pick(names);
    if (used.has(name) && options.duplicates !== true) continue;
    used.add(name);
    appendRandom(writer, name, random, options, depth);
  }
}

/** A random document. */
export function randomDocument(random: Random, options: GenerateOptions = {}): Uint8Array {
  const writer = new BsonWriter();
  writer.startDocument();
  appendFields(writer, random, options, 0);
  writer.end();
  return writer.bytes();
}

/** A random value in a buffer of its own. */
export function randomValue(random: Random, options: GenerateOptions = {}): RawValue {
  const writer = new BsonWriter();
  writer.startDocument();
  appendRandom(writer, "", random, options);
  writer.end();
  const bytes = writer.bytes();
  return { bytes, type: bytes[4], at: 6 };
}

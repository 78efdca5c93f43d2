// Packing: measurements into a bucket document, column by column.
//
//   { _id, control: { version: 1, min: {...}, max: {...} }, meta,
//     data: { ts: { "0": ..., "1": ... }, temperature: { "0": ..., "2": ... } } }
//
// The keys of a column are row numbers; a measurement without a field leaves its number out there. Names in `data` stand in the order
// they first came. This is the uncompressed layout, which MongoDB's tools read; compressed columns are not written.

import { BsonWriter } from "../bson/encode.ts";
import { equalRaw } from "../bson/compare.ts";
import {
  cstringEnd,
  documentEnd,
  documentOf,
  elements,
  getField,
  type RawElement,
  type RawValue,
  readInt32,
  readInt64AsNumber,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { assert } from "../assert.ts";
import { newBucketId } from "./bucket_id.ts";
import { Extremes } from "./extremes.ts";
import type { TimeSeriesOptions } from "./options.ts";

/** A bucket takes no more measurements than this. */
export const MAX_MEASUREMENTS = 1000;
/** Nor many more bytes, unless it would hold only a few large ones. */
const MAX_BYTES = 128_000;
const MIN_MEASUREMENTS = 10;
/** With the extremes of measurements of 4 MB each, a bucket of this size still is a document of less than 16 MB. */
const MAX_LARGE_BYTES = 7_500_000;
const LAYOUT_VERSION = 1;

const encoder = new TextEncoder();
const ROW_NAMES: Uint8Array[] = [];

function rowName(row: number): Uint8Array {
  while (ROW_NAMES.length <= row) ROW_NAMES.push(encoder.encode(String(ROW_NAMES.length)));
  return ROW_NAMES[row];
}

/** The values of one field: elements called by their row numbers. */
interface Column {
  readonly values: BsonWriter;
  lastRow: number;
}

/** A bucket that measurements are added to; nothing of it is stored before `encode`. */
export class BucketBuilder {
  readonly #options: TimeSeriesOptions;
  readonly #id: Uint8Array;
  readonly #meta: RawValue | undefined;
  readonly #columns = new Map<string, Column>();
  readonly #min = new Extremes(-1);
  readonly #max = new Extremes(1);
  #byteCount = 0;
  #count = 0;

  private constructor(
    options: TimeSeriesOptions,
    id: Uint8Array,
    meta: RawValue | undefined,
    readonly minMs: number,
  ) {
    this.#options = options;
    this.#id = id;
    this.#meta = meta;
  }

  /** An empty bucket for times from `minMs` on; `id` keeps that of a bucket that is written anew. */
  static open(
    options: TimeSeriesOptions,
    minMs: number,
    meta: RawValue | undefined,
    id: Uint8Array = newBucketId(minMs),
  ): BucketBuilder {
    const builder = new BucketBuilder(options, id, meta, minMs);
    const min = new BsonWriter(32);
    min.startDocument();
    min.date(options.timeField, minMs);
    min.end();
    builder.#min.load(min.bytes(), 0);
    return builder;
  }

  /** A stored bucket, to go on with. */
  static load(options: TimeSeriesOptions, document: Uint8Array): BucketBuilder {
    const control = documentOf(getField(document, "control")!);
    const id = getField(document, "_id")!;
    const builder = new BucketBuilder(
      options,
      document.slice(id.at, id.at + 12),
      getField(document, "meta"),
      bucketMinMs(document, options),
    );
    builder.#min.load(documentOf(getField(control, "min")!), 0);
    builder.#max.load(documentOf(getField(control, "max")!), 0);
    for (const column of elements(documentOf(getField(document, "data")!))) {
      const writer = new BsonWriter(1024);
      writer.append(column.bytes, column.at + 4, documentEnd(column.bytes, column.at) - 1);
      builder.#columns.set(column.name, { values: writer, lastRow: -1 });
    }
    builder.#count = nextRow(document, options);
    builder.#byteCount = document.length;
    return builder;
  }

  get id(): Uint8Array {
    return this.#id;
  }

  get count(): number {
    return this.#count;
  }

  /** True when no measurement fits any more. */
  get isFull(): boolean {
    return this.#count >= MAX_MEASUREMENTS ||
      (this.#byteCount >= MAX_BYTES && this.#count >= MIN_MEASUREMENTS);
  }

  /** True for measurements of this bucket's time span that there is room for. */
  accepts(timeMs: number, byteCount: number): boolean {
    if (timeMs < this.minMs) return false;
    if (timeMs >= this.minMs + this.#options.bucketMaxSpanSeconds * 1000) return false;
    if (this.#count === 0) return true;
    if (this.#count >= MAX_MEASUREMENTS) return false;
    const after = this.#byteCount + byteCount;
    return after <= MAX_BYTES || (this.#count < MIN_MEASUREMENTS && after <= MAX_LARGE_BYTES);
  }

  /** Adds the measurement at `start`; its meta field is the bucket's. */
  add(bytes: Uint8Array, start = 0): void {
    const row = this.#count++;
    const name = rowName(row);
    for (const field of elements(bytes, start)) {
      if (field.name === this.#options.metaField) continue;
      const column = this.#column(field.name);
      // Of a name that comes twice in a document the first one counts.
      if (column.lastRow === row) continue;
      column.lastRow = row;
      const end = valueEnd(bytes, field.type, field.at);
      column.values.headerBytes(field.type, name);
      column.values.append(bytes, field.at, end);
      this.#byteCount += end - field.at + name.length + 2;
      this.#addExtremes(field);
    }
  }

  #column(name: string): Column {
    let column = this.#columns.get(name);
    if (column === undefined) {
      this.#columns.set(name, column = { values: new BsonWriter(256), lastRow: -1 });
    }
    return column;
  }

  #addExtremes(field: RawElement): void {
    // The least time is the rounded one from the beginning.
    if (field.name !== this.#options.timeField) this.#min.add(field);
    this.#max.add(field);
  }

  /** The bucket as it is stored. */
  encode(): Uint8Array {
    assert(this.#count > 0, "a bucket without measurements");
    const writer = new BsonWriter(this.#byteCount + 512);
    writer.startDocument();
    writer.objectId("_id", this.#id);
    writer.startDocument("control");
    writer.int32("version", LAYOUT_VERSION);
    this.#min.write(writer, "min");
    this.#max.write(writer, "max");
    writer.end();
    if (this.#meta !== undefined) writer.raw("meta", this.#meta);
    writer.startDocument("data");
    for (const [name, column] of this.#columns) {
      const values = column.values.view();
      writer.startDocument(name);
      writer.append(values, 0, values.length);
      writer.end();
    }
    writer.end();
    writer.end();
    return writer.bytes();
  }
}

/** The earliest time of a stored bucket, rounded as it was when it was opened. */
export function bucketMinMs(document: Uint8Array, options: TimeSeriesOptions): number {
  const control = documentOf(getField(document, "control")!);
  const time = getField(documentOf(getField(control, "min")!), options.timeField)!;
  return readInt64AsNumber(time.bytes, time.at);
}

/** The row number behind the last one. */
function nextRow(document: Uint8Array, options: TimeSeriesOptions): number {
  const times = timeColumn(document, options);
  let last = -1;
  for (const { name } of elements(times)) last = Number(name);
  return last + 1;
}

function timeColumn(document: Uint8Array, options: TimeSeriesOptions): Uint8Array {
  const data = documentOf(getField(document, "data")!);
  return documentOf(getField(data, options.timeField)!);
}

/** How many measurements a stored bucket holds. */
export function measurementCount(document: Uint8Array, options: TimeSeriesOptions): number {
  const control = documentOf(getField(document, "control")!);
  const counted = getField(control, "count");
  if (counted?.type === BsonType.Int32) return readInt32(counted.bytes, counted.at);
  const times = timeColumn(document, options);
  let count = 0;
  const end = times.length - 1;
  for (let at = 4; at < end; count++) {
    at = valueEnd(times, times[at], cstringEnd(times, at + 1) + 1);
  }
  return count;
}

/** True for a stored bucket in the layout that is written here, open for more. */
export function isOpenBucket(
  document: Uint8Array,
  id: Uint8Array,
  meta: RawValue | undefined,
): boolean {
  const own = getField(document, "_id");
  if (own?.type !== BsonType.ObjectId) return false;
  for (let i = 0; i < id.length; i++) if (document[own.at + i] !== id[i]) return false;
  const control = getField(document, "control");
  if (control === undefined || !isPlainLayout(documentOf(control))) return false;
  const stored = getField(document, "meta");
  if (stored === undefined || meta === undefined) return stored === meta;
  return stored.type === meta.type &&
    equalRaw(stored.bytes, stored.type, stored.at, meta.bytes, meta.type, meta.at);
}

/** True for uncompressed columns of a bucket nobody closed. */
function isPlainLayout(control: Uint8Array): boolean {
  const version = getField(control, "version");
  const closed = getField(control, "closed");
  const isClosed = closed?.type === BsonType.Boolean && control[closed.at] !== 0;
  return !isClosed && version?.type === BsonType.Int32 &&
    readInt32(control, version.at) === LAYOUT_VERSION;
}

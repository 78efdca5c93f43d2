// Unpacking: a bucket document back into its measurements, row by row.
//
// A measurement begins with its time and its meta value; the other fields follow in the order of the columns. Each column is
// read once from front to back. `include` leaves out columns nobody will look at. Compressed buckets, which other servers
// write, are refused: nothing here can read their columns.

import type { BsonWriter } from "../bson/encode.ts";
import {
  cstringEnd,
  documentEnd,
  elements,
  findElement,
  getField,
  nameBytes,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";

export interface UnpackOptions {
  readonly timeField: string;
  readonly metaField: string | undefined;
  /** Only these fields; undefined: all. */
  readonly include?: ReadonlySet<string> | undefined;
  readonly exclude?: ReadonlySet<string> | undefined;
}

/** A column being read: the element at `at` is the next one that has a value. */
interface Column {
  readonly name: Uint8Array;
  at: number;
  readonly end: number;
}

const NOTHING = new Uint8Array(0);
const META = nameBytes("meta");

/** Reads one bucket after the other. */
export class BucketReader {
  readonly #options: UnpackOptions;
  readonly #timeName: Uint8Array;
  readonly #metaName: Uint8Array | undefined;
  readonly #showsTime: boolean;
  #bytes: Uint8Array = NOTHING;
  #times: Column = { name: NOTHING, at: 0, end: 0 };
  #columns: Column[] = [];
  #metaAt = -1;

  constructor(options: UnpackOptions) {
    this.#options = options;
    this.#timeName = nameBytes(options.timeField);
    this.#showsTime = this.#isWanted(options.timeField);
    const { metaField } = options;
    this.#metaName = metaField === undefined || !this.#isWanted(metaField)
      ? undefined
      : nameBytes(metaField);
  }

  #isWanted(name: string): boolean {
    const { include, exclude } = this.#options;
    return (include === undefined || include.has(name)) && exclude?.has(name) !== true;
  }

  /** Begins with the bucket at `start`; the bytes must stay until its last row was read. */
  open(bytes: Uint8Array, start = 0): void {
    this.#bytes = bytes;
    this.#columns = [];
    this.#metaAt = this.#metaName === undefined ? -1 : findElement(bytes, start, META);
    const data = getField(bytes, "data", start);
    if (data?.type !== BsonType.Document) throw notABucket();
    let times: Column | undefined;
    for (const field of elements(bytes, data.at)) {
      if (field.type !== BsonType.Document) throw compressed();
      const column: Column = {
        name: nameBytes(field.name),
        at: field.at + 4,
        end: documentEnd(bytes, field.at) - 1,
      };
      if (field.name === this.#options.timeField) times = column;
      else if (this.#isWanted(field.name)) this.#columns.push(column);
    }
    if (times === undefined) throw notABucket();
    this.#times = times;
  }

  /** Writes the next measurement as a top-level document; false when there is none. */
  next(writer: BsonWriter): boolean {
    const bytes = this.#bytes;
    const times = this.#times;
    if (times.at >= times.end) return false;
    const nameEnd = cstringEnd(bytes, times.at + 1);
    const row = rowNumber(bytes, times.at + 1, nameEnd);
    const timeEnd = valueEnd(bytes, bytes[times.at], nameEnd + 1);
    writer.startDocument();
    if (this.#showsTime) {
      writer.headerBytes(bytes[times.at], this.#timeName);
      writer.append(bytes, nameEnd + 1, timeEnd);
    }
    times.at = timeEnd;
    if (this.#metaAt >= 0) this.#writeMeta(writer, this.#metaName!);
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) this.#writeCell(writer, columns[i], row);
    writer.end();
    return true;
  }

  #writeMeta(writer: BsonWriter, name: Uint8Array): void {
    const bytes = this.#bytes;
    const at = this.#metaAt;
    const valueAt = at + META.length + 2;
    writer.headerBytes(bytes[at], name);
    writer.append(bytes, valueAt, valueEnd(bytes, bytes[at], valueAt));
  }

  #writeCell(writer: BsonWriter, column: Column, row: number): void {
    const bytes = this.#bytes;
    const { at } = column;
    if (at >= column.end) return;
    const nameEnd = cstringEnd(bytes, at + 1);
    if (rowNumber(bytes, at + 1, nameEnd) !== row) return;
    const end = valueEnd(bytes, bytes[at], nameEnd + 1);
    writer.headerBytes(bytes[at], column.name);
    writer.append(bytes, nameEnd + 1, end);
    column.at = end;
  }
}

function rowNumber(bytes: Uint8Array, from: number, to: number): number {
  let row = 0;
  for (let at = from; at < to; at++) row = row * 10 + bytes[at] - 48;
  return row;
}

function notABucket(): CommandError {
  return new CommandError(ErrorCode.BadValue, "The document is no time-series bucket");
}

function compressed(): CommandError {
  return new CommandError(
    ErrorCode.CommandNotSupported,
    "Compressed time-series buckets are not supported",
  );
}

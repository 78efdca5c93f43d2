// Writing BSON: one growing buffer, documents opened and closed on it, nothing allocated per element.
//
// A BsonWriter holds any number of documents one after the other (a reply, a batch); `view()` shows all that was
// written. Inside an array the name may be left out (undefined): the writer counts. Lengths are filled in by `end()`.
// Left out: checks of what the caller writes (names with NUL, depth); documents from outside pass bson/validate.ts.

import {
  type Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";
import { assert } from "../assert.ts";
import { documentEnd, nameBytes, type RawValue, valueEnd } from "./read.ts";
import { BsonType } from "./type.ts";
import { BsonDate, type BsonValue, DBPointer, type DocumentValue, UNDEFINED } from "./value.ts";

const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);
const encoder = new TextEncoder();

/** A name, or undefined for "the next index" inside an array. */
export type ElementName = string | undefined;

export class BsonWriter {
  private buffer: Uint8Array;
  private position = 0;
  private depth = 0;
  // Arrays, not typed ones: each typed array is memory of its own outside of JavaScript's heap, as dear as the buffer.
  private readonly starts: number[] = [];
  private readonly indexes: number[] = [];

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.position;
  }

  /** Forgets everything written and keeps the buffer. */
  reset(): void {
    this.position = 0;
    this.depth = 0;
  }

  /** Takes back what was written behind `length`, at the same depth (a reply that became too large). */
  truncate(length: number): void {
    this.position = length;
  }

  /** Room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
  }

  /** A copy of everything written; all documents must be closed. */
  bytes(): Uint8Array {
    assert(this.depth === 0, "a document is still open");
    return this.buffer.slice(0, this.position);
  }

  /** Everything written without a copy: valid until the next write. */
  view(): Uint8Array {
    assert(this.depth === 0, "a document is still open");
    return this.buffer.subarray(0, this.position);
  }

  /** Opens a document: an element with a name or, with no document open, one at top level. */
  startDocument(name?: string): void {
    if (this.depth > 0) this.header(BsonType.Document, name);
    this.open();
  }

  startArray(name?: string): void {
    if (this.depth > 0) this.header(BsonType.Array, name);
    this.open();
  }

  /** Closes the innermost document or array. */
  end(): void {
    assert(this.depth > 0, "no document is open");
    this.reserve(1);
    this.buffer[this.position++] = 0;
    const start = this.starts[--this.depth];
    this.patchInt32(start, this.position - start);
  }

  private open(): void {
    this.reserve(5);
    this.starts[this.depth] = this.position;
    this.indexes[this.depth] = 0;
    this.depth++;
    this.position += 4;
  }

  /** Fills in the length of a value that was appended from `start` on and begins with it. */
  patchLength(start: number): void {
    this.patchInt32(start, this.position - start);
  }

  private patchInt32(at: number, value: number): void {
    const buffer = this.buffer;
    buffer[at] = value;
    buffer[at + 1] = value >> 8;
    buffer[at + 2] = value >> 16;
    buffer[at + 3] = value >> 24;
  }

  /** Type byte and name; afterwards there is room for 16 more bytes. */
  private header(type: number, name: ElementName): void {
    if (name === undefined) return this.indexHeader(type);
    const length = name.length;
    this.reserve(length * 3 + 18);
    const buffer = this.buffer;
    let at = this.position;
    buffer[at++] = type;
    for (let i = 0; i < length; i++) {
      const unit = name.charCodeAt(i);
      if (unit >= 0x80) {
        at += encoder.encodeInto(i === 0 ? name : name.slice(i), buffer.subarray(at)).written;
        break;
      }
      buffer[at++] = unit;
    }
    buffer[at++] = 0;
    this.position = at;
  }

  private indexHeader(type: number): void {
    const index = this.indexes[this.depth - 1]++;
    this.reserve(30);
    this.buffer[this.position++] = type;
    let divisor = 1;
    while (divisor * 10 <= index) divisor *= 10;
    for (; divisor >= 1; divisor = Math.trunc(divisor / 10)) {
      this.buffer[this.position++] = 48 + Math.trunc(index / divisor) % 10;
    }
    this.buffer[this.position++] = 0;
  }

  /** Type byte and an encoded name (nameBytes); the value must follow through `append`. */
  headerBytes(type: number, name: Uint8Array): void {
    this.reserve(name.length + 18);
    this.buffer[this.position++] = type;
    this.copy(name, 0, name.length);
    this.buffer[this.position++] = 0;
  }

  private copy(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    const buffer = this.buffer;
    const position = this.position;
    if (length <= 32) {
      for (let i = 0; i < length; i++) buffer[position + i] = bytes[from + i];
    } else {
      buffer.set(bytes.subarray(from, to), position);
    }
    this.position = position + length;
  }

  /** Bytes as they are: value bytes behind a header, or whole documents at top level. */
  append(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    this.reserve(to - from + 16);
    this.copy(bytes, from, to);
  }

  /** A whole element as it stands in another document: type byte, name and value. */
  rawElement(bytes: Uint8Array, from: number, to: number): void {
    this.append(bytes, from, to);
  }

  int32(name: ElementName, value: number): void {
    this.header(BsonType.Int32, name);
    this.patchInt32(this.position, value);
    this.position += 4;
  }

  int64(name: ElementName, value: bigint): void {
    this.header(BsonType.Int64, name);
    this.eightBytes(value);
  }

  private eightBytes(value: bigint): void {
    scratch.setBigInt64(0, value, true);
    this.copy(scratchBytes, 0, 8);
  }

  double(name: ElementName, value: number): void {
    this.header(BsonType.Double, name);
    scratch.setFloat64(0, value, true);
    this.copy(scratchBytes, 0, 8);
  }

  string(name: ElementName, value: string): void {
    this.header(BsonType.String, name);
    this.text(value);
  }

  /** Length, UTF-8 bytes and NUL. */
  private text(value: string): void {
    const length = value.length;
    this.reserve(length * 3 + 5);
    const buffer = this.buffer;
    const start = this.position;
    let at = start + 4;
    let i = 0;
    if (length <= 64) {
      for (; i < length; i++) {
        const unit = value.charCodeAt(i);
        if (unit >= 0x80) break;
        buffer[at++] = unit;
      }
    }
    if (i < length) {
      at += encoder.encodeInto(i === 0 ? value : value.slice(i), buffer.subarray(at)).written;
    }
    buffer[at++] = 0;
    this.position = at;
    this.patchInt32(start, at - start - 4);
  }

  private cstring(value: string): void {
    const bytes = encoder.encode(value);
    this.reserve(bytes.length + 1);
    this.copy(bytes, 0, bytes.length);
    this.buffer[this.position++] = 0;
  }

  bool(name: ElementName, value: boolean): void {
    this.header(BsonType.Boolean, name);
    this.buffer[this.position++] = value ? 1 : 0;
  }

  null(name: ElementName): void {
    this.header(BsonType.Null, name);
  }

  /** An element without value bytes: null, undefined, MinKey or MaxKey. */
  valueless(name: ElementName, type: number): void {
    this.header(type, name);
  }

  /** Milliseconds since 1970. */
  date(name: ElementName, ms: bigint | number): void {
    this.header(BsonType.Date, name);
    this.eightBytes(typeof ms === "bigint" ? ms : BigInt(Math.trunc(ms)));
  }

  /** The 12 bytes of an ObjectId. */
  objectId(name: ElementName, id: Uint8Array): void {
    this.header(BsonType.ObjectId, name);
    this.copy(id, 0, 12);
  }

  /** Seconds in the high half, increment in the low half. */
  timestamp(name: ElementName, value: bigint): void {
    this.header(BsonType.Timestamp, name);
    this.eightBytes(BigInt.asIntN(64, value));
  }

  /** The 16 bytes of a Decimal128. */
  decimal(name: ElementName, bytes: Uint8Array): void {
    this.header(BsonType.Decimal128, name);
    this.copy(bytes, 0, 16);
  }

  binary(name: ElementName, subtype: number, bytes: Uint8Array): void {
    this.header(BsonType.Binary, name);
    this.patchInt32(this.position, bytes.length);
    this.buffer[this.position + 4] = subtype;
    this.position += 5;
    this.append(bytes);
  }

  /** A finished document, given as bytes that start at offset 0 (or at `start` of a larger buffer). */
  document(name: ElementName, document: Uint8Array, start = 0): void {
    this.header(BsonType.Document, name);
    this.append(document, start, documentEnd(document, start));
  }

  array(name: ElementName, array: Uint8Array, start = 0): void {
    this.header(BsonType.Array, name);
    this.append(array, start, documentEnd(array, start));
  }

  /** Copies a value that stands in another document. */
  raw(name: ElementName, value: RawValue): void {
    this.rawAt(name, value.bytes, value.type, value.at);
  }

  rawAt(name: ElementName, bytes: Uint8Array, type: number, at: number): void {
    this.header(type, name);
    this.append(bytes, at, valueEnd(bytes, type, at));
  }

  /** A decoded value, with the type it stands for. */
  value(name: ElementName, value: BsonValue): void {
    switch (typeof value) {
      case "number":
        if ((value | 0) === value && !Object.is(value, -0)) return this.int32(name, value);
        return this.double(name, value);
      case "string":
        return this.string(name, value);
      case "boolean":
        return this.bool(name, value);
      case "bigint":
        return this.int64(name, value);
      case "symbol":
        return this.valueless(name, BsonType.Undefined);
      case "object":
        return this.object(name, value);
      default:
        assert(false, `no BSON type for a ${typeof value}`);
    }
  }

  private object(
    name: ElementName,
    value: Exclude<BsonValue, number | string | boolean | bigint | typeof UNDEFINED>,
  ): void {
    if (value === null) return this.null(name);
    if (value instanceof Uint8Array) return this.document(name, value);
    if (Array.isArray(value)) {
      this.startArray(name);
      for (let i = 0; i < value.length; i++) this.value(undefined, value[i]);
      return this.end();
    }
    if (value instanceof Map) {
      this.startDocument(name);
      for (const [field, inner] of value) this.value(field, inner);
      return this.end();
    }
    if (value instanceof Double) return this.double(name, value.value);
    if (value instanceof ObjectId) return this.objectId(name, value.id);
    if (value instanceof BsonDate) return this.date(name, value.ms);
    if (value instanceof Decimal128) return this.decimal(name, value.bytes);
    if (value instanceof Timestamp) return this.timestamp(name, value.toBigInt());
    if (value instanceof BSONRegExp) return this.regex(name, value.pattern, value.options);
    if (value instanceof MinKey) return this.valueless(name, BsonType.MinKey);
    if (value instanceof MaxKey) return this.valueless(name, BsonType.MaxKey);
    if (value instanceof Code) return this.code(name, value);
    if (value instanceof BSONSymbol) {
      this.header(BsonType.Symbol, name);
      return this.text(value.value);
    }
    if (value instanceof DBPointer) {
      this.header(BsonType.DBPointer, name);
      this.text(value.namespace);
      return this.append(value.id.id);
    }
    const binary: Binary = value;
    this.binary(name, binary.sub_type, binary.buffer.subarray(0, binary.position));
  }

  regex(name: ElementName, pattern: string, options: string): void {
    this.header(BsonType.Regex, name);
    this.cstring(pattern);
    this.cstring(options);
  }

  private code(name: ElementName, code: Code): void {
    // Decoded code keeps its scope as a raw document or a Map (see bson/decode.ts).
    const scope = code.scope as unknown as DocumentValue | null | undefined;
    const text = code.code as string;
    if (scope === null || scope === undefined) {
      this.header(BsonType.Code, name);
      return this.text(text);
    }
    this.header(BsonType.CodeWithScope, name);
    const start = this.position;
    this.position += 4;
    this.text(text);
    this.append(encodeDocument(scope));
    this.patchInt32(start, this.position - start);
  }
}

/** A document's bytes; raw bytes are handed back as they are. */
export function encodeDocument(document: DocumentValue): Uint8Array {
  if (document instanceof Uint8Array) return document;
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const [name, value] of document) writer.value(name, value);
  writer.end();
  return writer.bytes();
}

/** A decoded value as a raw value in a buffer of its own. */
export function encodeValue(value: BsonValue): RawValue {
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.value("", value);
  writer.end();
  const bytes = writer.bytes();
  return { bytes, type: bytes[4], at: 6 };
}

/** For literals in our own code only: a JavaScript object reorders names that look like integers. */
export function documentFrom(object: Readonly<Record<string, BsonValue>>): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const name of Object.keys(object)) writer.value(name, object[name]);
  writer.end();
  return writer.bytes();
}

/** The bytes of an array with these values. */
export function arrayFrom(values: readonly BsonValue[]): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startArray();
  for (let i = 0; i < values.length; i++) writer.value(undefined, values[i]);
  writer.end();
  return writer.bytes();
}

/** One element as a document of its own: `{ name: value }`. */
export function singleFieldDocument(name: string, value: RawValue): Uint8Array {
  const encoded = nameBytes(name);
  const writer = new BsonWriter(encoded.length + 32);
  writer.startDocument();
  writer.raw(name, value);
  writer.end();
  return writer.bytes();
}

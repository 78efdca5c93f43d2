// WtRecordCursor: a table of records, key_format=q (record id), value_format=u (bytes).
//
// One FFI call per record read or written, one per batch for scans and fetches. Record ids are JavaScript numbers
// (exact to 2^53). Outside a transaction each call is a transaction of its own and leaves no position behind; inside one
// a `get` stays on its record, so that `update` or `remove` of the same id saves the second walk down the tree.

import { WtCursor } from "./open_cursor.ts";
import { WtCode } from "./errors.ts";
import type { ScanBuffer } from "./scan_buffer.ts";
import {
  BUFFER_FULL,
  SCAN_FORWARD,
  SCAN_LOW_INCLUSIVE,
  WRITE_INSERT,
  WRITE_PUT,
  WRITE_UPDATE,
} from "./symbols.ts";

/** What one `fetch` did. */
export interface FetchResult {
  /** Record ids dealt with, found or not. */
  readonly consumed: number;
  /** Records found, now in the buffer. */
  readonly count: number;
}

/** Point reads go through one buffer and are copied out in their own size. */
let readBuffer = new Uint8Array(64 * 1024);

/** The buffer of the newest `WtRecordCursor.getInto`. */
export function getBuffer(): Uint8Array<ArrayBuffer> {
  return readBuffer;
}

/** A read buffer for `size` bytes; a larger one than before when needed. */
export function growGetBuffer(size: number): Uint8Array<ArrayBuffer> {
  if (size > readBuffer.length) readBuffer = new Uint8Array(size * 2);
  return readBuffer;
}

export class WtRecordCursor extends WtCursor {
  /** A fresh copy of the record, or null. */
  get(recordId: number): Uint8Array<ArrayBuffer> | null {
    const size = this.getInto(recordId);
    return size < 0 ? null : readBuffer.slice(0, size);
  }

  /** Reads the record into `getBuffer()`, valid until the next read of any cursor. Returns its size, -1 if missing. */
  getInto(recordId: number): number {
    let size = this.native.swt_record_get(this.pointer, recordId, readBuffer, readBuffer.length);
    if (size > readBuffer.length) {
      const larger = growGetBuffer(size);
      size = this.native.swt_record_get(this.pointer, recordId, larger, larger.length);
    }
    if (size >= 0) return size;
    if (size === WtCode.notFound) return -1;
    throw this.connection.failure("get", size);
  }

  /** Inserts or overwrites with `bytes[start, end)`. */
  put(recordId: number, bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#write(recordId, bytes, start, end, WRITE_PUT, "put");
  }

  /** Throws WtCode.duplicateKey when the record is there. */
  insert(recordId: number, bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#write(recordId, bytes, start, end, WRITE_INSERT, "insert");
  }

  /** Throws WtCode.notFound when the record is missing. */
  update(recordId: number, bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#write(recordId, bytes, start, end, WRITE_UPDATE, "update");
  }

  #write(
    recordId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    mode: number,
    operation: string,
  ): void {
    const buffer = bytes as Uint8Array<ArrayBuffer>;
    const code = this.native.swt_record_write(this.pointer, recordId, buffer, start, end, mode);
    if (code < 0) throw this.connection.failure(operation, code);
  }

  /** Was there a record to remove? */
  remove(recordId: number): boolean {
    const code = this.native.swt_record_remove(this.pointer, recordId);
    if (code === 0) return true;
    if (code === WtCode.notFound) return false;
    throw this.connection.failure("remove", code);
  }

  /** The largest record id in the tree, of uncommitted and removed records too while they are there; 0 if empty. */
  largestKey(): number {
    const key = this.native.swt_record_largest(this.pointer);
    if (key < 0) throw this.connection.failure("largest key", key);
    return key;
  }

  /**
   * Fills `out` from `fromRecordId` on (itself only if `inclusive`), upwards or downwards; -Infinity and Infinity are the
   * ends. Returns the count; 0 means the end. Stops early when the buffer is full, so go on from the last record id
   * until 0 (or fewer than can be: only 0 is certain).
   */
  scan(
    fromRecordId: number,
    inclusive: boolean,
    forward: boolean,
    out: ScanBuffer,
    maxRecords: number = out.recordCapacity,
  ): number {
    const from = Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, fromRecordId));
    const flags = (forward ? SCAN_FORWARD : 0) | (inclusive ? SCAN_LOW_INCLUSIVE : 0);
    const maximum = Math.min(maxRecords, out.recordCapacity);
    for (;;) {
      const count = this.native.swt_record_scan(
        this.pointer,
        from,
        flags,
        out.bytes,
        out.bytes.length,
        out.byteLimit,
        out.startBytes,
        out.recordIdBytes,
        maximum,
      );
      if (count >= 0) return out.count = count;
      if (count !== BUFFER_FULL) throw this.connection.failure("scan", count);
      out.grow(out.starts[0]);
    }
  }

  /**
   * Gets the records `recordIds[from, from + count)` in that order; missing ones are skipped. `out.count` is the number
   * found. `consumed` ids were dealt with: fewer than `count` when the buffer is full, so go on from there.
   */
  fetch(recordIds: Float64Array, from: number, count: number, out: ScanBuffer): FetchResult {
    if (from + count > recordIds.length) throw new RangeError("fetch beyond the record ids");
    const ids = new Uint8Array(
      recordIds.buffer as ArrayBuffer,
      recordIds.byteOffset,
      recordIds.byteLength,
    );
    for (;;) {
      const done = this.native.swt_record_fetch(
        this.pointer,
        ids,
        from,
        count,
        out.bytes,
        out.bytes.length,
        out.byteLimit,
        out.startBytes,
        out.recordIdBytes,
        out.recordCapacity,
      );
      if (done >= 0) {
        out.count = out.starts[0];
        out.starts[0] = 0;
        return { consumed: done, count: out.count };
      }
      if (done !== BUFFER_FULL) throw this.connection.failure("fetch", done);
      out.grow(out.starts[0]);
    }
  }

  /** All records, counted one by one in C (about 30 ns each). */
  count(): number {
    const count = this.native.swt_count(this.pointer);
    if (count < 0) throw this.connection.failure("count", count);
    return count;
  }

  /** Removes all records with low <= id <= high at once. */
  truncate(lowRecordId: number, highRecordId: number): void {
    if (lowRecordId > highRecordId) return;
    const code = this.native.swt_record_truncate(this.pointer, lowRecordId, highRecordId);
    if (code < 0) throw this.connection.failure("truncate", code);
  }
}

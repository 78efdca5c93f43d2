// WtKeyCursor: a table of ordered byte keys, key_format=u, value_format=u: indexes, catalog, oplog.
//
// Keys compare as unsigned bytes, shorter first. Entry calls put the record id where an index keeps it without packing it
// in TypeScript:  non-unique  key bytes + id (8 bytes, big-endian) -> extra        unique  key bytes -> id + extra
// Scans remember nothing: the next one starts from the last key, exclusive.

import { WtCursor } from "./open_cursor.ts";
import { WtCode } from "./errors.ts";
import { getBuffer, growGetBuffer } from "./record_cursor.ts";
import type { KeyScanBuffer, RecordIdPlace } from "./scan_buffer.ts";
import {
  BUFFER_FULL,
  SCAN_FORWARD,
  SCAN_HIGH_INCLUSIVE,
  SCAN_ID_IN_KEY,
  SCAN_ID_IN_VALUE,
  SCAN_LOW_INCLUSIVE,
  SCAN_VALUES,
  WRITE_INSERT,
  WRITE_PUT,
  WRITE_UPDATE,
} from "./symbols.ts";

const NO_BYTES = new Uint8Array(0);
const ID_FLAGS = { key: SCAN_ID_IN_KEY, value: SCAN_ID_IN_VALUE, none: 0 } as const;

/** The C side takes any view; the types of Deno want to know that no SharedArrayBuffer is behind it. */
type Bytes = Uint8Array<ArrayBuffer>;

export class WtKeyCursor extends WtCursor {
  /** A fresh copy of the value, or null. */
  get(key: Uint8Array): Uint8Array<ArrayBuffer> | null {
    let buffer = getBuffer();
    const native = this.native, pointer = this.pointer;
    let size = native.swt_key_get(pointer, key as Bytes, key.length, buffer, buffer.length);
    if (size > buffer.length) {
      buffer = growGetBuffer(size);
      size = native.swt_key_get(pointer, key as Bytes, key.length, buffer, buffer.length);
    }
    if (size >= 0) return buffer.slice(0, size);
    if (size === WtCode.notFound) return null;
    throw this.connection.failure("get key", size);
  }

  /** The record id of a unique entry (key[0, keyLength)), or -1 when there is none. */
  getRecordId(key: Uint8Array, keyLength: number = key.length): number {
    const id = this.native.swt_key_record_id(this.pointer, key as Bytes, keyLength);
    if (id >= 0) return id;
    if (id === WtCode.notFound) return -1;
    throw this.connection.failure("get record id", id);
  }

  /** Inserts or overwrites. */
  put(key: Uint8Array, value: Uint8Array): void {
    this.#write(key, value, WRITE_PUT, "put key");
  }

  /** Throws WtCode.duplicateKey when the key is there. */
  insert(key: Uint8Array, value: Uint8Array): void {
    this.#write(key, value, WRITE_INSERT, "insert key");
  }

  /** Throws WtCode.notFound when the key is missing. */
  update(key: Uint8Array, value: Uint8Array): void {
    this.#write(key, value, WRITE_UPDATE, "update key");
  }

  #write(key: Uint8Array, value: Uint8Array, mode: number, operation: string): void {
    const code = this.native.swt_key_write(
      this.pointer,
      key as Bytes,
      key.length,
      value as Bytes,
      value.length,
      mode,
    );
    if (code < 0) throw this.connection.failure(operation, code);
  }

  /** Was there an entry to remove? */
  remove(key: Uint8Array, keyLength: number = key.length): boolean {
    const code = this.native.swt_key_remove(this.pointer, key as Bytes, keyLength);
    return this.#removed(code);
  }

  #removed(code: number): boolean {
    if (code === 0) return true;
    if (code === WtCode.notFound) return false;
    throw this.connection.failure("remove key", code);
  }

  /** Adds a non-unique entry: key[0, keyLength) + record id -> extra. */
  putEntry(
    key: Uint8Array,
    recordId: number,
    keyLength: number = key.length,
    extra: Uint8Array = NO_BYTES,
  ): void {
    const code = this.native.swt_key_put_entry(
      this.pointer,
      key as Bytes,
      keyLength,
      recordId,
      extra as Bytes,
      extra.length,
    );
    if (code < 0) throw this.connection.failure("put entry", code);
  }

  /** Removes a non-unique entry: key[0, keyLength) + record id. */
  removeEntry(key: Uint8Array, recordId: number, keyLength: number = key.length): boolean {
    return this.#removed(
      this.native.swt_key_remove_entry(this.pointer, key as Bytes, keyLength, recordId),
    );
  }

  /** Adds a unique entry: key[0, keyLength) -> record id + extra. Throws WtCode.duplicateKey. */
  insertUnique(
    key: Uint8Array,
    recordId: number,
    keyLength: number = key.length,
    extra: Uint8Array = NO_BYTES,
  ): void {
    const code = this.native.swt_key_insert_unique(
      this.pointer,
      key as Bytes,
      keyLength,
      recordId,
      extra as Bytes,
      extra.length,
    );
    if (code < 0) throw this.connection.failure("insert entry", code);
  }

  /**
   * Fills `out` with the entries between two keys (null: open end), upwards from `low` or downwards from `high`. Returns the
   * count; 0 means the end. Stops early when a buffer is full, so go on from `out.lastKey()`, exclusive.
   */
  scan(
    low: Uint8Array | null,
    lowInclusive: boolean,
    high: Uint8Array | null,
    highInclusive: boolean,
    forward: boolean,
    out: KeyScanBuffer,
    maxEntries: number = out.entryCapacity,
    recordIdIn: RecordIdPlace = out.recordIdIn,
  ): number {
    const flags = rangeFlags(lowInclusive, highInclusive) | (forward ? SCAN_FORWARD : 0) |
      (out.wantsValues ? SCAN_VALUES : 0) | ID_FLAGS[recordIdIn];
    const maximum = Math.min(maxEntries, out.entryCapacity);
    for (;;) {
      const count = this.native.swt_key_scan(
        this.pointer,
        low as Bytes | null,
        low === null ? -1 : low.length,
        high as Bytes | null,
        high === null ? -1 : high.length,
        flags,
        out.keys,
        out.keys.length,
        out.keyStartBytes,
        out.values,
        out.values.length,
        out.valueStartBytes,
        out.recordIdBytes,
        maximum,
      );
      if (count >= 0) return out.count = count;
      if (count !== BUFFER_FULL) throw this.connection.failure("scan keys", count);
      out.grow(out.keyStarts[0], out.valueStarts[0]);
    }
  }

  /** All entries, counted one by one in C. */
  count(): number {
    return this.countRange(null, false, null, false);
  }

  /** Entries between two keys (null: open end), at most `maximum`. */
  countRange(
    low: Uint8Array | null,
    lowInclusive: boolean,
    high: Uint8Array | null,
    highInclusive: boolean,
    maximum: number = Number.MAX_SAFE_INTEGER,
  ): number {
    const count = this.native.swt_key_count(
      this.pointer,
      low as Bytes | null,
      low === null ? -1 : low.length,
      high as Bytes | null,
      high === null ? -1 : high.length,
      rangeFlags(lowInclusive, highInclusive),
      maximum,
    );
    if (count < 0) throw this.connection.failure("count keys", count);
    return count;
  }

  /** Removes all entries with low <= key <= high at once (null: open end). */
  truncate(low: Uint8Array | null, high: Uint8Array | null): void {
    const code = this.native.swt_key_truncate(
      this.pointer,
      low as Bytes | null,
      low === null ? -1 : low.length,
      high as Bytes | null,
      high === null ? -1 : high.length,
    );
    if (code < 0) throw this.connection.failure("truncate keys", code);
  }
}

function rangeFlags(lowInclusive: boolean, highInclusive: boolean): number {
  return (lowInclusive ? SCAN_LOW_INCLUSIVE : 0) | (highInclusive ? SCAN_HIGH_INCLUSIVE : 0);
}

// One entry of the change log as raw BSON, in the shape local.oplog.rs shows.
//
//   { lsid?, txnNumber?, op, ns, ui?, o, o2?, stmtId?, ts, t, v, wall, prevOpTime? }
//
//   op "i"  o: the document, o2: its _id        op "u"  o: { $v: 2, diff } or the replacement, o2: _id
//   op "d"  o: _id                              op "c"  o: the command   op "n"  o: { msg }
//
// Written on every insert, so nothing is allocated per entry: `ns` and `ui` come as a prepared run of bytes per
// collection, documents are copied as they are, and the entry stands in one buffer that is reused.

import { nameBytes } from "../bson/read.ts";

/** The term and the format version of every entry. */
export const OPLOG_TERM = 1;
export const OPLOG_VERSION = 2;

/** Who wrote, for retryable writes and transactions: what drivers and CDC tools find beside the operation. */
export interface WriteOrigin {
  /** `{ id: UUID, uid: hash }`. */
  readonly lsid: Uint8Array;
  readonly txnNumber: bigint;
  /** Position of the statement in its command; undefined inside a transaction. */
  statementId?: number | undefined;
  /** The change log RecordId of the session's previous entry, 0 for none. */
  previous?: number | undefined;
}

export type OperationLetter = "i" | "u" | "d" | "c" | "n";

const INCREMENTS = 2 ** 20;
const ELEMENT_SLACK = 160;

/** The elements `ns` and `ui`, ready to be copied into each entry of a collection. */
export function namespaceElements(namespace: string, uuid: Uint8Array | undefined): Uint8Array {
  const text = new TextEncoder().encode(namespace);
  const uuidLength = uuid === undefined ? 0 : 1 + 3 + 5 + 16;
  const bytes = new Uint8Array(1 + 3 + 4 + text.length + 1 + uuidLength);
  bytes.set([2, 0x6e, 0x73, 0]);
  new DataView(bytes.buffer).setInt32(4, text.length + 1, true);
  bytes.set(text, 8);
  if (uuid !== undefined) {
    const at = 9 + text.length;
    bytes.set([5, 0x75, 0x69, 0, 16, 0, 0, 0, 4], at);
    bytes.set(uuid, at + 9);
  }
  return bytes;
}

export class ChangeEntryWriter {
  #buffer = new Uint8Array(4096);
  #at = 0;

  /** Holds the entry just finished in its first `length` bytes; valid until the next `begin`. */
  get buffer(): Uint8Array {
    return this.#buffer;
  }

  /** The entry just finished as bytes of its own. */
  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#at);
  }

  get length(): number {
    return this.#at;
  }

  /** Starts an entry with all that stands before `o`. */
  begin(letter: OperationLetter, namespace: Uint8Array, origin: WriteOrigin | undefined): void {
    this.#at = 4;
    this.#reserve(namespace.length + ELEMENT_SLACK + (origin?.lsid.length ?? 0));
    if (origin !== undefined) {
      this.document("lsid", origin.lsid, 0, origin.lsid.length);
      this.#header(18, "txnNumber");
      this.#int64(origin.txnNumber);
    }
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = 2; // op: a string of one letter
    buffer[at++] = 0x6f;
    buffer[at++] = 0x70;
    buffer[at++] = 0;
    buffer[at++] = 2;
    buffer[at++] = 0;
    buffer[at++] = 0;
    buffer[at++] = 0;
    buffer[at++] = letter.charCodeAt(0);
    buffer[at++] = 0;
    buffer.set(namespace, at);
    this.#at = at + namespace.length;
  }

  /** A document element copied from `start` to `end`: `o`, `o2`. */
  document(name: string, bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + ELEMENT_SLACK);
    this.#header(3, name);
    this.#copy(bytes, start, end);
  }

  /** A document of one element, `{ _id: ... }`, copied from the element at `from`. */
  idDocument(name: string, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from + 5;
    this.#reserve(length + ELEMENT_SLACK);
    this.#header(3, name);
    this.#int32(length);
    this.#copy(bytes, from, to);
    this.#buffer[this.#at++] = 0;
  }

  /** Writes what stands behind `o2` and closes the entry. */
  finish(recordId: number, wallMs: number, origin: WriteOrigin | undefined): void {
    this.#reserve(ELEMENT_SLACK);
    if (origin?.statementId !== undefined) {
      this.#header(16, "stmtId");
      this.#int32(origin.statementId);
    }
    this.#timestamp("ts", recordId);
    this.#header(18, "t");
    this.#pair(OPLOG_TERM, 0);
    this.#header(18, "v");
    this.#pair(OPLOG_VERSION, 0);
    this.#header(9, "wall");
    this.#pair(wallMs % 4294967296, Math.floor(wallMs / 4294967296));
    if (origin?.previous !== undefined) this.#previousOpTime(origin.previous);
    this.#close();
  }

  /** Closes an operation inside an `applyOps` entry: it has no time of its own. */
  finishOperation(): Uint8Array {
    this.#reserve(1);
    this.#close();
    return this.bytes();
  }

  #close(): void {
    this.#buffer[this.#at++] = 0;
    const length = this.#at;
    this.#at = 0;
    this.#int32(length);
    this.#at = length;
  }

  #previousOpTime(previous: number): void {
    this.#header(3, "prevOpTime");
    this.#int32(28);
    this.#timestamp("ts", previous);
    this.#header(18, "t");
    if (previous === 0) this.#pair(0xffffffff, 0xffffffff);
    else this.#pair(OPLOG_TERM, 0);
    this.#buffer[this.#at++] = 0;
  }

  /** Increment in the low half, seconds in the high half. */
  #timestamp(name: string, recordId: number): void {
    this.#header(17, name);
    const seconds = Math.floor(recordId / INCREMENTS);
    this.#pair(recordId - seconds * INCREMENTS, seconds);
  }

  #header(type: number, name: string): void {
    const encoded = nameBytes(name);
    const buffer = this.#buffer;
    let at = this.#at;
    buffer[at++] = type;
    for (let i = 0; i < encoded.length; i++) buffer[at++] = encoded[i];
    buffer[at++] = 0;
    this.#at = at;
  }

  #int32(value: number): void {
    const buffer = this.#buffer;
    const at = this.#at;
    buffer[at] = value;
    buffer[at + 1] = value >> 8;
    buffer[at + 2] = value >> 16;
    buffer[at + 3] = value >> 24;
    this.#at = at + 4;
  }

  #pair(low: number, high: number): void {
    this.#int32(low | 0);
    this.#int32(high | 0);
  }

  #int64(value: bigint): void {
    this.#pair(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const buffer = this.#buffer;
    const at = this.#at;
    if (length <= 48) {
      for (let i = 0; i < length; i++) buffer[at + i] = bytes[start + i];
    } else {
      buffer.set(bytes.subarray(start, end), at);
    }
    this.#at = at + length;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
  }
}

// Buffers that scans and fetches fill: many records in one call, contiguous bytes and the offsets of each.
//
//   bytes      | value 0 | value 1 | ... | value n-1 |
//   starts     0         ^         ^                 ^ starts[n]       record i = bytes[starts[i], starts[i+1])
//   recordIds  id 0, id 1, ...
//
// The caller owns them and decides when they are filled anew. They grow when one record is larger than the buffer.

const MEGABYTE = 1 << 20;

/** Filled by WtRecordCursor.scan and fetch. */
export class ScanBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
  readonly recordIds: Float64Array<ArrayBuffer>;
  /** Records in the buffer. */
  count = 0;
  /** A batch ends before it would hold more bytes than this (one larger record always fits). */
  byteLimit: number;
  /** The offsets and record ids as the C side takes them. */
  readonly startBytes: Uint8Array<ArrayBuffer>;
  readonly recordIdBytes: Uint8Array<ArrayBuffer>;

  constructor(byteCapacity: number = MEGABYTE, readonly recordCapacity: number = 16384) {
    this.bytes = new Uint8Array(byteCapacity);
    this.byteLimit = byteCapacity;
    this.starts = new Int32Array(recordCapacity + 1);
    this.recordIds = new Float64Array(recordCapacity);
    this.startBytes = new Uint8Array(this.starts.buffer);
    this.recordIdBytes = new Uint8Array(this.recordIds.buffer);
  }

  /** Bytes filled. */
  get byteLength(): number {
    return this.starts[this.count];
  }

  /** A view of one record, valid until the buffer is filled anew. */
  record(i: number): Uint8Array {
    return this.bytes.subarray(this.starts[i], this.starts[i + 1]);
  }

  /** Makes room for one record of `size` bytes; what was in the buffer is gone. */
  grow(size: number): void {
    if (size > this.bytes.length) this.bytes = new Uint8Array(roundUp(size));
  }
}

/** Where index entries keep their record id: the key's last 8 bytes, the value's first 8, or nowhere. */
export type RecordIdPlace = "key" | "value" | "none";

export interface KeyScanOptions {
  byteCapacity?: number;
  entryCapacity?: number;
  /** Copy the values too. */
  values?: boolean;
  recordIdIn?: RecordIdPlace;
}

/** Filled by WtKeyCursor.scan. Keys are whole, with their record id at the end where they have one. */
export class KeyScanBuffer {
  keys: Uint8Array<ArrayBuffer>;
  readonly keyStarts: Int32Array<ArrayBuffer>;
  values: Uint8Array<ArrayBuffer>;
  readonly valueStarts: Int32Array<ArrayBuffer>;
  readonly recordIds: Float64Array<ArrayBuffer>;
  count = 0;
  readonly entryCapacity: number;
  readonly wantsValues: boolean;
  /** Unless a scan says otherwise. */
  readonly recordIdIn: RecordIdPlace;
  readonly keyStartBytes: Uint8Array<ArrayBuffer>;
  readonly valueStartBytes: Uint8Array<ArrayBuffer>;
  readonly recordIdBytes: Uint8Array<ArrayBuffer>;

  constructor(options: KeyScanOptions = {}) {
    const { byteCapacity = MEGABYTE / 4, entryCapacity = 8192 } = options;
    this.entryCapacity = entryCapacity;
    this.wantsValues = options.values ?? false;
    this.recordIdIn = options.recordIdIn ?? "none";
    this.keys = new Uint8Array(byteCapacity);
    this.values = new Uint8Array(this.wantsValues ? byteCapacity : 8);
    this.keyStarts = new Int32Array(entryCapacity + 1);
    this.valueStarts = new Int32Array(entryCapacity + 1);
    this.recordIds = new Float64Array(entryCapacity);
    this.keyStartBytes = new Uint8Array(this.keyStarts.buffer);
    this.valueStartBytes = new Uint8Array(this.valueStarts.buffer);
    this.recordIdBytes = new Uint8Array(this.recordIds.buffer);
  }

  /** A view of one key, valid until the buffer is filled anew. */
  key(i: number): Uint8Array {
    return this.keys.subarray(this.keyStarts[i], this.keyStarts[i + 1]);
  }

  value(i: number): Uint8Array {
    return this.values.subarray(this.valueStarts[i], this.valueStarts[i + 1]);
  }

  /** A copy of the last key: where the next scan goes on, exclusive. */
  lastKey(): Uint8Array {
    return this.keys.slice(this.keyStarts[this.count - 1], this.keyStarts[this.count]);
  }

  grow(keySize: number, valueSize: number): void {
    if (keySize > this.keys.length) this.keys = new Uint8Array(roundUp(keySize));
    if (valueSize > this.values.length) this.values = new Uint8Array(roundUp(valueSize));
  }
}

function roundUp(size: number): number {
  return Math.ceil(size * 1.25 / 65536) * 65536;
}

// Buffers that scans fill, kept for the next scan: a fresh quarter megabyte for each short query would cost more than
// reading it. A batch points into its scan's buffer, so it ends with the scan's next batch or its close.

import { KeyScanBuffer, ScanBuffer } from "../../ffi/scan_buffer.ts";

const BUFFER_BYTES = 2 ** 18;
export const BUFFER_RECORDS = 4096;
const KEY_BUFFER_BYTES = 2 ** 17;
export const BUFFER_ENTRIES = 2048;
const MAX_KEPT = 16;
/** Buffers grown for large documents are not kept. */
const MAX_KEPT_BYTES = 2 ** 20;

/** Where an index keeps the RecordId of an entry. */
export type RecordIdPlace = "key" | "value";

const free: ScanBuffer[] = [];
const freeKeys: Record<RecordIdPlace, KeyScanBuffer[]> = { key: [], value: [] };
/** Those that take the values of entries too. */
const freeEntries: Record<RecordIdPlace, KeyScanBuffer[]> = { key: [], value: [] };

export function takeBuffer(): ScanBuffer {
  return free.pop() ?? new ScanBuffer(BUFFER_BYTES, BUFFER_RECORDS);
}

export function giveBuffer(buffer: ScanBuffer): void {
  if (free.length < MAX_KEPT && buffer.bytes.length <= MAX_KEPT_BYTES) free.push(buffer);
}

export function takeKeyBuffer(recordIdIn: RecordIdPlace, values = false): KeyScanBuffer {
  const kept = values ? freeEntries[recordIdIn] : freeKeys[recordIdIn];
  return kept.pop() ?? new KeyScanBuffer({
    byteCapacity: KEY_BUFFER_BYTES,
    entryCapacity: BUFFER_ENTRIES,
    recordIdIn,
    values,
  });
}

export function giveKeyBuffer(buffer: KeyScanBuffer): void {
  const { recordIdIn, wantsValues } = buffer;
  if (recordIdIn === "none") return;
  if (buffer.keys.length > MAX_KEPT_BYTES || buffer.values.length > MAX_KEPT_BYTES) return;
  const kept = wantsValues ? freeEntries[recordIdIn] : freeKeys[recordIdIn];
  if (kept.length < MAX_KEPT) kept.push(buffer);
}

// Door to the cursors and their buffers: records (id -> bytes), keys (bytes -> bytes), and what scans fill.

export { WtKeyCursor } from "./key_cursor.ts";
export { type FetchResult, WtRecordCursor } from "./record_cursor.ts";
export {
  KeyScanBuffer,
  type KeyScanOptions,
  type RecordIdPlace,
  ScanBuffer,
} from "./scan_buffer.ts";

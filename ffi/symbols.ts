// The functions of glue.c as data: what Deno.dlopen needs to call them. Same order as in glue.c.
//
// "buffer" is a Uint8Array (an empty one arrives as NULL), "pointer" a handle that glue.c gave out. 64-bit integers
// never cross as JavaScript numbers (96 ns against 4): record ids and counts are f64. What can block for long
// (fsync and the like) is non-blocking: such a call costs about 10 us and runs on a thread of Deno's pool.

/** Must equal GLUE_VERSION in glue.c. */
export const GLUE_VERSION = 1;

export const SYMBOLS = {
  swt_glue_version: { parameters: [], result: "i32" },
  swt_wiredtiger_version: { parameters: ["buffer", "u32"], result: "i32" },
  swt_error_text: { parameters: ["i32", "buffer", "u32"], result: "i32" },

  swt_connection_message: { parameters: ["pointer", "buffer", "u32"], result: "i32" },
  swt_connection_open: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "u32"],
    result: "pointer",
  },
  swt_connection_close: { parameters: ["pointer", "buffer"], result: "i32", nonblocking: true },

  swt_session_open: { parameters: ["pointer", "buffer", "buffer"], result: "pointer" },
  swt_session_close: { parameters: ["pointer"], result: "i32" },
  swt_session_reset: { parameters: ["pointer"], result: "i32" },
  swt_begin: { parameters: ["pointer", "buffer"], result: "i32" },
  swt_commit: { parameters: ["pointer", "buffer"], result: "i32" },
  swt_rollback: { parameters: ["pointer"], result: "i32" },
  swt_create: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  swt_drop: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  swt_rename: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  swt_alter: { parameters: ["pointer", "buffer", "buffer"], result: "i32" },
  swt_truncate_table: { parameters: ["pointer", "buffer"], result: "i32" },
  swt_compact: { parameters: ["pointer", "buffer", "buffer"], result: "i32", nonblocking: true },
  swt_verify: { parameters: ["pointer", "buffer", "buffer"], result: "i32", nonblocking: true },
  swt_salvage: { parameters: ["pointer", "buffer", "buffer"], result: "i32", nonblocking: true },
  swt_log_flush: { parameters: ["pointer", "buffer"], result: "i32", nonblocking: true },
  swt_checkpoint: { parameters: ["pointer", "buffer"], result: "i32", nonblocking: true },
  swt_statistic: { parameters: ["pointer", "buffer", "buffer", "i32", "buffer"], result: "i32" },
  swt_statistics: { parameters: ["pointer", "buffer", "buffer", "buffer", "u32"], result: "i32" },

  swt_cursor_open: { parameters: ["pointer", "buffer", "buffer", "buffer"], result: "pointer" },
  swt_cursor_close: { parameters: ["pointer"], result: "i32" },
  swt_cursor_reset: { parameters: ["pointer"], result: "i32" },
  swt_count: { parameters: ["pointer"], result: "f64" },

  swt_record_get: { parameters: ["pointer", "f64", "buffer", "u32"], result: "i32" },
  swt_record_write: {
    parameters: ["pointer", "f64", "buffer", "u32", "u32", "i32"],
    result: "i32",
  },
  swt_record_remove: { parameters: ["pointer", "f64"], result: "i32" },
  swt_record_largest: { parameters: ["pointer"], result: "f64" },
  swt_record_scan: {
    parameters: ["pointer", "f64", "i32", "buffer", "u32", "u32", "buffer", "buffer", "u32"],
    result: "i32",
  },
  swt_record_fetch: {
    // deno-fmt-ignore
    parameters: [
      "pointer", "buffer", "u32", "u32", "buffer", "u32", "u32", "buffer", "buffer", "u32",
    ],
    result: "i32",
  },
  swt_record_truncate: { parameters: ["pointer", "f64", "f64"], result: "i32" },

  swt_key_get: { parameters: ["pointer", "buffer", "u32", "buffer", "u32"], result: "i32" },
  swt_key_record_id: { parameters: ["pointer", "buffer", "u32"], result: "f64" },
  swt_key_write: {
    parameters: ["pointer", "buffer", "u32", "buffer", "u32", "i32"],
    result: "i32",
  },
  swt_key_remove: { parameters: ["pointer", "buffer", "u32"], result: "i32" },
  swt_key_put_entry: {
    parameters: ["pointer", "buffer", "u32", "f64", "buffer", "u32"],
    result: "i32",
  },
  swt_key_remove_entry: { parameters: ["pointer", "buffer", "u32", "f64"], result: "i32" },
  swt_key_insert_unique: {
    parameters: ["pointer", "buffer", "u32", "f64", "buffer", "u32"],
    result: "i32",
  },
  swt_key_scan: {
    // low, high, flags, key buffer and starts, value buffer and starts, record ids, maximum
    // deno-fmt-ignore
    parameters: [
      "pointer", "buffer", "i32", "buffer", "i32", "i32",
      "buffer", "u32", "buffer", "buffer", "u32", "buffer", "buffer", "u32",
    ],
    result: "i32",
  },
  swt_key_count: {
    parameters: ["pointer", "buffer", "i32", "buffer", "i32", "i32", "f64"],
    result: "f64",
  },
  swt_key_truncate: { parameters: ["pointer", "buffer", "i32", "buffer", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The glue's functions, ready to call. */
export type NativeSymbols = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

/** Stands in for the functions of something closed: any call is a programmer's error, not a crash. */
export const CLOSED_SYMBOLS: NativeSymbols = new Proxy({}, {
  get(_target, name): never {
    throw new Error(`WiredTiger ${String(name)} after close`);
  },
}) as NativeSymbols;

// Flags and modes as in glue.c.
export const SCAN_FORWARD = 1;
export const SCAN_LOW_INCLUSIVE = 2;
export const SCAN_HIGH_INCLUSIVE = 4;
export const SCAN_VALUES = 8;
export const SCAN_ID_IN_KEY = 16;
export const SCAN_ID_IN_VALUE = 32;
export const WRITE_PUT = 0;
export const WRITE_INSERT = 1;
export const WRITE_UPDATE = 2;
/** A caller's buffer cannot hold even one record; the size needed is in starts[0]. */
export const BUFFER_FULL = -32000;

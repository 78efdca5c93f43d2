// WiredTiger's return codes as one error class.
//
// Made only in ffi/, translated only in storage/ (rollback -> WriteConflict, duplicate -> 11000, ...). Codes are
// WiredTiger's own negative numbers or a negated system errno, as glue.c returns them.

/** Codes that callers tell apart. System errors are the negated errno of Linux; the ones here agree on macOS and Windows. */
export const WtCode = {
  /** Conflict with another transaction, or the cache was full of this one's updates: roll back and try again. */
  rollback: -31800,
  duplicateKey: -31801,
  /** Unspecific WiredTiger error; the message says more. */
  error: -31802,
  notFound: -31803,
  /** WiredTiger shut itself down; only closing and opening again helps. */
  panic: -31804,
  runRecovery: -31806,
  cacheFull: -31807,
  prepareConflict: -31808,
  /** Damaged metadata or table: salvage may help. */
  trySalvage: -31809,
  noEntry: -2,
  inputOutput: -5,
  outOfMemory: -12,
  accessDenied: -13,
  /** The home is open in another process, or a table is in use. */
  busy: -16,
  exists: -17,
  invalid: -22,
  diskFull: -28,
} as const;

/** Name of a code in messages, for example "WT_ROLLBACK" or "ENOSPC". */
const NAMES: Record<number, string> = {
  [WtCode.rollback]: "WT_ROLLBACK",
  [WtCode.duplicateKey]: "WT_DUPLICATE_KEY",
  [WtCode.error]: "WT_ERROR",
  [WtCode.notFound]: "WT_NOTFOUND",
  [WtCode.panic]: "WT_PANIC",
  [WtCode.runRecovery]: "WT_RUN_RECOVERY",
  [WtCode.cacheFull]: "WT_CACHE_FULL",
  [WtCode.prepareConflict]: "WT_PREPARE_CONFLICT",
  [WtCode.trySalvage]: "WT_TRY_SALVAGE",
  [WtCode.noEntry]: "ENOENT",
  [WtCode.inputOutput]: "EIO",
  [WtCode.outOfMemory]: "ENOMEM",
  [WtCode.accessDenied]: "EACCES",
  [WtCode.busy]: "EBUSY",
  [WtCode.exists]: "EEXIST",
  [WtCode.invalid]: "EINVAL",
  [WtCode.diskFull]: "ENOSPC",
};

/** A WiredTiger call failed. */
export class WiredTigerError extends Error {
  override name = "WiredTigerError";
  /** What was called, for example "insert". */
  readonly operation: string;
  /** One of WtCode, or another negative code of WiredTiger or the system. */
  readonly code: number;
  /** WiredTiger's own text about the newest error; empty when it gave none. */
  readonly detail: string;

  constructor(operation: string, code: number, detail = "") {
    super(`WiredTiger ${operation}: ${codeName(code)}${detail === "" ? "" : `: ${detail}`}`);
    this.operation = operation;
    this.code = code;
    this.detail = detail;
  }

  /** The statement may succeed when it is run again from its start. */
  get isConflict(): boolean {
    return this.code === WtCode.rollback || this.code === WtCode.prepareConflict;
  }
}

/** Makes errors with WiredTiger's newest text: the connection. */
export interface FailureSource {
  failure(operation: string, code: number): WiredTigerError;
}

/** "WT_ROLLBACK", "ENOSPC", or "code -n". */
export function codeName(code: number): string {
  return NAMES[code] ?? `code ${code}`;
}

/** The native library is missing, wrong, or may not be loaded. The message names the remedy. */
export class NativeLibraryError extends Error {
  override name = "NativeLibraryError";
}

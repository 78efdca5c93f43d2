// WiredTiger's return codes as MongoDB's errors: the one place where they are translated.
//
// Codes and texts are those mongod answers for the same condition. A duplicate key has its own, richer error where the
// index is known (duplicate_key.ts); what arrives here as WT_DUPLICATE_KEY comes from the engine's own tables.

import { WiredTigerError, WtCode } from "../../ffi/errors.ts";
import { CommandError, ErrorCode } from "../error.ts";

/** Negated errno values, as the glue hands them over, that ffi/errors.ts does not name. */
const QUOTA_EXCEEDED = -122;
const READ_ONLY_FILE_SYSTEM = -30;

/** Codes mongod has for what the shared table does not name. */
const DBPATH_IN_USE = 98;
const EXCEEDED_MEMORY_LIMIT = 146;
const DATA_CORRUPTION_DETECTED = 301;

export const WRITE_CONFLICT_TEXT =
  "Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry " +
  "your operation or multi-document transaction.";

/** True when the transaction lost against another one and may be tried again. */
export function isRollback(error: unknown): boolean {
  return error instanceof WiredTigerError && error.isConflict;
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof WiredTigerError && error.code === WtCode.duplicateKey;
}

/** True when a table could not be dropped now because somebody has it open. */
export function isBusy(error: unknown): boolean {
  return error instanceof WiredTigerError && error.code === WtCode.busy;
}

export function writeConflict(): CommandError {
  return new CommandError(ErrorCode.WriteConflict, WRITE_CONFLICT_TEXT);
}

export function outOfDiskSpace(detail: string): CommandError {
  return new CommandError(
    ErrorCode.OutOfDiskSpace,
    `available disk space is too low to write: ${detail}`,
  );
}

/** A scan went on after its collection was dropped. */
export function collectionDropped(namespace: string): CommandError {
  return new CommandError(ErrorCode.QueryPlanKilled, `collection dropped: ${namespace}`);
}

/** A scan went on after its index was dropped. */
export function indexDropped(name: string): CommandError {
  return new CommandError(
    ErrorCode.QueryPlanKilled,
    `query plan killed :: index '${name}' dropped`,
  );
}

/** A WiredTigerError as the error a client sees; any other error as it is. */
export function translateError(error: unknown): unknown {
  if (!(error instanceof WiredTigerError)) return error;
  switch (error.code) {
    case WtCode.rollback:
    case WtCode.prepareConflict:
      return writeConflict();
    case WtCode.duplicateKey:
      return new CommandError(ErrorCode.DuplicateKey, `E11000 duplicate key: ${error.message}`);
    case WtCode.cacheFull:
      return new CommandError(
        EXCEEDED_MEMORY_LIMIT,
        `the storage cache is full: ${error.message}`,
      );
    case WtCode.panic:
      return new CommandError(
        DATA_CORRUPTION_DETECTED,
        `the storage engine has stopped after a fatal error, restart the server: ${error.message}`,
      );
    case WtCode.trySalvage:
      return new CommandError(DATA_CORRUPTION_DETECTED, `corrupt data: ${error.message}`);
    case WtCode.diskFull:
    case QUOTA_EXCEEDED:
      return outOfDiskSpace(error.message);
    case WtCode.inputOutput:
    case READ_ONLY_FILE_SYSTEM:
      return new CommandError(ErrorCode.OperationFailed, `input/output error: ${error.message}`);
    default:
      return new CommandError(ErrorCode.UnknownError, `storage error: ${error.message}`);
  }
}

/** What went wrong when a home could not be opened, with the remedy. */
export function openError(error: unknown, path: string): unknown {
  if (!(error instanceof WiredTigerError)) return error;
  switch (error.code) {
    case WtCode.busy:
      return new CommandError(
        DBPATH_IN_USE,
        `DBPathInUse: the storage path ${path} is in use by another process (or another server in ` +
          `this one); stop it or choose another path`,
      );
    case WtCode.accessDenied:
    case READ_ONLY_FILE_SYSTEM:
      return new CommandError(
        ErrorCode.OperationFailed,
        `the storage path ${path} is not readable and writable: ${error.message}`,
      );
    case WtCode.diskFull:
    case QUOTA_EXCEEDED:
      return outOfDiskSpace(`${path}: ${error.message}`);
    case WtCode.trySalvage:
      return new CommandError(
        DATA_CORRUPTION_DETECTED,
        `the storage path ${path} holds corrupt data: ${error.message}`,
      );
    default:
      return new CommandError(
        ErrorCode.UnknownError,
        `cannot open the storage path ${path}: ${error.message}`,
      );
  }
}

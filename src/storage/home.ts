// The directory a server keeps its data in, and how WiredTiger is opened on it.
//
// A path is created when missing and locked by WiredTiger against a second process. ":memory:" is a WiredTiger in memory
// that only needs an empty directory for its name; the directory is removed at close. What the files are, is in
// src/README.md under "what is stored where".

import type { WtLibrary } from "../../ffi/library.ts";
import { WtConnection } from "../../ffi/connection.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { openError } from "./errors.ts";

export const IN_MEMORY = ":memory:";
const MINIMUM_CACHE_MB = 256;
/** Small: opening a home reads the newest log file to its end, and each home takes this much at once. */
const LOG_FILE_MB = 16;
/** Client transactions, cursors that scan inside them, and the engine's own. */
const MAX_SESSIONS = 2000;

export interface HomeOptions {
  /** A directory, or ":memory:". */
  readonly path: string;
  readonly cacheSizeMb?: number | undefined;
  readonly library: WtLibrary;
}

/** Half of the memory beyond the first gigabyte, as mongod takes. */
export function defaultCacheSizeMb(): number {
  const totalMb = Deno.systemMemoryInfo().total / 2 ** 20;
  return Math.max(MINIMUM_CACHE_MB, Math.floor((totalMb - 1024) / 2));
}

/** WiredTiger's configuration for a home. */
export function connectionConfig(inMemory: boolean, cacheSizeMb: number): string {
  const parts = [
    "create",
    `cache_size=${cacheSizeMb}MB`,
    `session_max=${MAX_SESSIONS}`,
    "statistics=(fast)",
    "eviction=(threads_min=1,threads_max=4)",
  ];
  if (inMemory) return [...parts, "in_memory=true"].join(",");
  return [
    ...parts,
    `log=(enabled=true,file_max=${LOG_FILE_MB}MB,prealloc=false,remove=true,path=journal)`,
    "transaction_sync=(enabled=true,method=none)",
    "file_manager=(close_idle_time=600,close_scan_interval=10,close_handle_minimum=2000)",
    "config_base=false",
  ].join(",");
}

export class Home {
  readonly connection: WtConnection;
  readonly isInMemory: boolean;
  /** The directory, a temporary one for ":memory:". */
  readonly directory: string;
  readonly cacheSizeMb: number;

  private constructor(
    connection: WtConnection,
    isInMemory: boolean,
    directory: string,
    cacheSizeMb: number,
  ) {
    this.connection = connection;
    this.isInMemory = isInMemory;
    this.directory = directory;
    this.cacheSizeMb = cacheSizeMb;
  }

  /** Opens or creates a home; recovery after a crash happens in here. */
  static open(options: HomeOptions): Home {
    const isInMemory = options.path === IN_MEMORY;
    const cacheSizeMb = options.cacheSizeMb ?? defaultCacheSizeMb();
    const directory = isInMemory
      ? Deno.makeTempDirSync({ prefix: "secantusdb-" })
      : prepareDirectory(options.path);
    try {
      const connection = WtConnection.open(
        options.library,
        directory,
        connectionConfig(isInMemory, cacheSizeMb),
      );
      return new Home(connection, isInMemory, directory, cacheSizeMb);
    } catch (error) {
      if (isInMemory) Deno.removeSync(directory, { recursive: true });
      throw openError(error, options.path);
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
    if (this.isInMemory) Deno.removeSync(this.directory, { recursive: true });
  }
}

function prepareDirectory(path: string): string {
  try {
    Deno.mkdirSync(`${path}/journal`, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      ErrorCode.OperationFailed,
      `cannot create the storage path ${path}: ${reason}`,
    );
  }
}

// WtConnection: one open WiredTiger home.
//
// Hands out sessions, and runs what can block for long (log flush, checkpoint, compact, verify, salvage, close) on a
// background thread, each in a session of its own because a session must never be used from two threads. Close it on
// every way out of the process. Which homes and configurations: storage/ decides.

import { cString, optionalCString } from "./c_string.ts";
import { WiredTigerError, WtCode } from "./errors.ts";
import type { WtLibrary } from "./library.ts";
import { type SessionOwner, WtSession } from "./session.ts";
import type { NativeSymbols } from "./symbols.ts";

const decoder = new TextDecoder();
const NO_SUCH_DETAIL: ReadonlySet<number> = new Set([
  WtCode.rollback,
  WtCode.duplicateKey,
  WtCode.notFound,
]);

type BackgroundCall = (native: NativeSymbols, session: Deno.PointerValue) => Promise<number>;

export class WtConnection implements SessionOwner {
  readonly library: WtLibrary;
  readonly home: string;
  readonly #native: NativeSymbols;
  readonly #pointer: Deno.PointerValue;
  readonly #sessions = new Set<WtSession>();
  readonly #idleBackground: Deno.PointerValue[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(library: WtLibrary, home: string, pointer: Deno.PointerValue) {
    this.library = library;
    this.home = home;
    this.#native = library.native;
    this.#pointer = pointer;
  }

  /**
   * Opens (and, with `create` in the configuration, makes) a home; recovery runs inside. WtCode.busy: another
   * process has it open. Statistics need `statistics=(fast)` in the configuration.
   */
  static open(library: WtLibrary, home: string, config: string): WtConnection {
    if (!isDirectory(home)) {
      // WiredTiger would answer WT_TRY_SALVAGE, which sounds like damage.
      throw new WiredTigerError(`open ${home}`, WtCode.noEntry, "no such directory");
    }
    const codes = new Int32Array(2);
    const text = new Uint8Array(1000);
    const pointer = library.native.swt_connection_open(
      cString(home),
      cString(config),
      bytesOf(codes),
      text,
      text.length,
    );
    if (pointer === null) {
      throw new WiredTigerError(
        `open ${home}`,
        codes[0],
        decoder.decode(text.subarray(0, codes[1])) || library.errorText(codes[0]),
      );
    }
    return new WtConnection(library, home, pointer);
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  openSession(config = "isolation=snapshot"): WtSession {
    const session = new WtSession(this, this.#native, this.#openPointer(config), this.#sessions);
    this.#sessions.add(session);
    return session;
  }

  #openPointer(config: string): Deno.PointerValue {
    this.#assertOpen();
    const code = new Int32Array(1);
    const pointer = this.#native.swt_session_open(this.#pointer, cString(config), bytesOf(code));
    if (pointer === null) throw this.failure("open session", code[0]);
    return pointer;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error("the WiredTiger connection is closed");
  }

  /** A session for one call that is not the caller's own; given back to #idleBackground. */
  #takeBackground(): Deno.PointerValue {
    this.#assertOpen();
    return this.#idleBackground.pop() ?? this.#openPointer("isolation=snapshot");
  }

  /** Makes all commits so far durable (fsync of the log), on a background thread. */
  flushLog(): Promise<void> {
    return this.#inBackground("log_flush", (native, session) => {
      return native.swt_log_flush(session, cString("sync=on"));
    });
  }

  /** Writes a checkpoint on a background thread. */
  checkpoint(config?: string): Promise<void> {
    return this.#inBackground("checkpoint", (native, session) => {
      return native.swt_checkpoint(session, optionalCString(config));
    });
  }

  compact(uri: string, config?: string): Promise<void> {
    return this.#inBackground("compact", (native, session) => {
      return native.swt_compact(session, cString(uri), optionalCString(config));
    });
  }

  /** Checks a table's file; WtCode.busy while it has changes that no checkpoint holds yet or cursors in use. */
  verify(uri: string, config?: string): Promise<void> {
    return this.#inBackground("verify", (native, session) => {
      return native.swt_verify(session, cString(uri), optionalCString(config));
    });
  }

  salvage(uri: string, config?: string): Promise<void> {
    return this.#inBackground("salvage", (native, session) => {
      return native.swt_salvage(session, cString(uri), optionalCString(config));
    });
  }

  async #inBackground(operation: string, call: BackgroundCall): Promise<void> {
    const session = this.#takeBackground();
    const running = call(this.#native, session);
    this.#running.add(running);
    try {
      const code = await running;
      if (code < 0) throw this.failure(operation, code);
    } finally {
      this.#running.delete(running);
      this.#idleBackground.push(session);
    }
  }

  /** One statistic (see statistic.ts) of the connection, or of a table when `uri` is given. */
  statistic(key: number, uri = "statistics:"): bigint {
    const out = new BigInt64Array(1);
    const session = this.#takeBackground();
    const config = uri === "statistics:" ? "statistics=(fast)" : "statistics=(size)";
    const code = this.#native.swt_statistic(
      session,
      cString(uri),
      cString(config),
      key,
      bytesOf(out),
    );
    this.#idleBackground.push(session);
    if (code < 0) throw this.failure(`statistic ${key} of ${uri}`, code);
    return out[0];
  }

  /** All statistics of the connection or of a table, by WiredTiger's own descriptions ("cache: bytes currently in the cache"). */
  statistics(uri = "statistics:"): Map<string, number> {
    const buffer = new Uint8Array(256 * 1024);
    const session = this.#takeBackground();
    const size = this.#native.swt_statistics(
      session,
      cString(uri),
      cString("statistics=(fast)"),
      buffer,
      buffer.length,
    );
    this.#idleBackground.push(session);
    if (size < 0) throw this.failure(`statistics of ${uri}`, size);
    const found = new Map<string, number>();
    for (const line of decoder.decode(buffer.subarray(0, size)).split("\n")) {
      const tab = line.indexOf("\t");
      if (tab > 0) found.set(line.slice(0, tab), Number(line.slice(tab + 1)));
    }
    return found;
  }

  /** The error for a failed call, with WiredTiger's newest text. */
  failure(operation: string, code: number): WiredTigerError {
    if (NO_SUCH_DETAIL.has(code)) return new WiredTigerError(operation, code);
    const text = new Uint8Array(4096);
    const size = this.#native.swt_connection_message(this.#pointer, text, text.length);
    const detail = decoder.decode(text.subarray(0, size)) || this.library.errorText(code);
    return new WiredTigerError(operation, code, detail);
  }

  /** Waits for background calls, then closes the home with all its sessions. Idempotent. */
  close(config?: string): Promise<void> {
    this.#closing ??= this.#close(config);
    return this.#closing;
  }

  async #close(config: string | undefined): Promise<void> {
    for (const session of this.#sessions) session.invalidate();
    this.#sessions.clear();
    await Promise.allSettled(this.#running);
    const code = await this.#native.swt_connection_close(this.#pointer, optionalCString(config));
    if (code < 0) throw this.failure("close", code);
  }
}

/** The bytes behind a typed array, which is how out-parameters cross. */
function bytesOf(
  array: Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer);
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

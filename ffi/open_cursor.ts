// What the two kinds of cursors have in common: the open cursor behind a pointer, giving up its position, closing.

import type { FailureSource } from "./errors.ts";
import { CLOSED_SYMBOLS, type NativeSymbols } from "./symbols.ts";

export abstract class WtCursor {
  readonly uri: string;
  protected readonly connection: FailureSource;
  protected native: NativeSymbols;
  protected pointer: Deno.PointerValue;
  readonly #siblings: Set<{ invalidate(): void }>;

  /** Use WtSession.openRecords or openKeys. */
  constructor(
    connection: FailureSource,
    native: NativeSymbols,
    pointer: Deno.PointerValue,
    uri: string,
    siblings: Set<{ invalidate(): void }>,
  ) {
    this.connection = connection;
    this.native = native;
    this.pointer = pointer;
    this.uri = uri;
    this.#siblings = siblings;
  }

  /** Gives up a position that a `get` inside a transaction left. */
  reset(): void {
    const code = this.native.swt_cursor_reset(this.pointer);
    if (code < 0) throw this.connection.failure("reset cursor", code);
  }

  close(): void {
    if (this.native === CLOSED_SYMBOLS) return;
    const native = this.native, pointer = this.pointer;
    this.invalidate();
    this.#siblings.delete(this);
    const code = native.swt_cursor_close(pointer);
    if (code < 0) throw this.connection.failure("close cursor", code);
  }

  /** For the session: from now on every use throws. */
  invalidate(): void {
    this.native = CLOSED_SYMBOLS;
    this.pointer = null;
  }
}

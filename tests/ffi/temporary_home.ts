// A WiredTiger home in a temporary folder for one test, closed and removed afterwards.

import { WtConnection } from "../../ffi/connection.ts";
import { WtLibrary } from "../../ffi/library.ts";
import type { WtKeyCursor, WtRecordCursor } from "../../ffi/cursor.ts";
import type { WtSession } from "../../ffi/session.ts";
import { ensureLibrary } from "../../scripts/build_wiredtiger.ts";

export const CONFIG = "create,cache_size=50MB,statistics=(fast)," +
  "log=(enabled=true,file_max=1MB,prealloc=false),transaction_sync=(enabled=true,method=none)";

export const RECORDS = "table:records";
export const KEYS = "table:keys";

/** Opened before any test: a test that opens it first would count as leaking it on older releases of Deno. */
const library = WtLibrary.open(await ensureLibrary());

/** The library, built first if need be. */
export function testLibrary(): WtLibrary {
  return library;
}

export class TemporaryHome {
  private constructor(readonly path: string, public connection: WtConnection) {}

  static async open(config: string = CONFIG): Promise<TemporaryHome> {
    const path = await Deno.makeTempDir({ prefix: "secantus-ffi-" });
    const home = new TemporaryHome(path, WtConnection.open(library, path, config));
    const session = home.connection.openSession();
    session.create(RECORDS, "key_format=q,value_format=u");
    session.create(KEYS, "key_format=u,value_format=u");
    session.close();
    return home;
  }

  session(): WtSession {
    return this.connection.openSession();
  }

  records(): WtRecordCursor {
    return this.session().openRecords(RECORDS);
  }

  keys(): WtKeyCursor {
    return this.session().openKeys(KEYS);
  }

  /** Closes the home and opens it again. */
  async reopen(): Promise<void> {
    await this.connection.close();
    this.connection = WtConnection.open(this.connection.library, this.path, CONFIG);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.close();
    await Deno.remove(this.path, { recursive: true });
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

export function text(value: Uint8Array | null): string | null {
  return value === null ? null : decoder.decode(value);
}

// The names of the last request, so that the next one to the same collection makes no strings.
//
// A connection mostly works on one collection for a while. Reading two names, checking them and joining them costs about
// 300 ns; comparing them with the bytes of the request before costs about 20.

import { readInt32, readText } from "../bson/read.ts";
import { checkDatabaseName, checkNamespace } from "../storage/namespace.ts";

const NO_BYTES = new Uint8Array(0);

/** Compares the string value at `at` with `text` and its terminating NUL. */
function isSameString(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  const length = text.length;
  if (readInt32(bytes, at) !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[at + 4 + i] !== text[i]) return false;
  return true;
}

function stringBytes(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.slice(at + 4, at + 4 + readInt32(bytes, at));
}

export class NamespaceCache {
  database = "";
  /** "db.collection", or "db.$cmd" when the command names no collection. */
  namespace = "";
  #databaseBytes: Uint8Array = NO_BYTES;
  #collectionBytes: Uint8Array = NO_BYTES;
  #commandNamespace = "";
  #collectionNamespace = "";

  /** Takes the names from the string values at the two offsets; `collectionAt` is 0 when there is no collection. */
  use(bytes: Uint8Array, databaseAt: number, collectionAt: number): void {
    if (!isSameString(bytes, databaseAt, this.#databaseBytes)) this.#useDatabase(bytes, databaseAt);
    if (collectionAt === 0) {
      this.namespace = this.#commandNamespace;
      return;
    }
    if (!isSameString(bytes, collectionAt, this.#collectionBytes)) {
      this.#useCollection(bytes, collectionAt);
    }
    this.namespace = this.#collectionNamespace;
  }

  #useDatabase(bytes: Uint8Array, at: number): void {
    const encoded = stringBytes(bytes, at);
    const name = readText(encoded, 0, encoded.length - 1);
    checkDatabaseName(name);
    this.database = name;
    this.#databaseBytes = encoded;
    this.#collectionBytes = NO_BYTES;
    this.#commandNamespace = `${name}.$cmd`;
  }

  #useCollection(bytes: Uint8Array, at: number): void {
    const encoded = stringBytes(bytes, at);
    const name = readText(encoded, 0, encoded.length - 1);
    checkNamespace(this.database, name);
    this.#collectionBytes = encoded;
    this.#collectionNamespace = `${this.database}.${name}`;
  }
}

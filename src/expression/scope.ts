// What a compiled expression sees while it is evaluated: the document, the variables, the metadata.
//
// One Scope serves a whole stream: `setRoot` points it at the next document, nothing is allocated per document. Variables
// live in numbered slots that the compiler handed out, so that `$map` and friends only store a value.

import { documentEnd } from "../bson/read.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";

/** Facts about a document that are not in it, for `$meta`. */
export interface DocumentMetadata {
  recordId?: number | bigint | undefined;
  sortKey?: BsonValue[] | undefined;
  indexKey?: BsonValue | undefined;
  randVal?: number | undefined;
}

const EMPTY_DOCUMENT = new Uint8Array([5, 0, 0, 0, 0]);

export class Scope {
  bytes: Uint8Array = EMPTY_DOCUMENT;
  start = 0;
  /** Values of variables by slot. */
  readonly variables: OptionalValue[] = [];
  metadata: DocumentMetadata = {};
  private view: Uint8Array | null = null;

  /** Makes the document at `start` the current one. */
  setRoot(bytes: Uint8Array, start = 0): void {
    this.bytes = bytes;
    this.start = start;
    this.view = null;
  }

  /** The current document as bytes of its own (a view), for `$$ROOT`. */
  get root(): Uint8Array {
    if (this.view === null) {
      const { bytes, start } = this;
      const end = documentEnd(bytes, start);
      this.view = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    }
    return this.view;
  }
}

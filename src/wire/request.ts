// A request as dispatch sees it, whichever op code carried it.
//
// One Request object per connection is filled anew for every message, and its body and sequences point into the read
// buffer (or into the decompressed copy): valid until the request is answered. Every document in it has passed
// validateDocument, so that all that follows can read in place.

/** Documents that came as an OP_MSG section of kind 1: offsets into the frame. */
export interface DocumentSequence {
  readonly bytes: Uint8Array;
  /** Offset of each document. */
  readonly starts: readonly number[];
  /** Offset behind the last document. */
  readonly end: number;
}

const NO_SEQUENCES: ReadonlyMap<string, DocumentSequence> = new Map();
const NO_BYTES = new Uint8Array(0);

export class Request {
  requestId = 0;
  /** How to answer: with an OP_REPLY when it came as OP_QUERY. */
  isLegacy = false;
  /** The body document, starting at offset 0. */
  body: Uint8Array = NO_BYTES;
  sequences: ReadonlyMap<string, DocumentSequence> = NO_SEQUENCES;
  /** The client does not want an answer. */
  moreToCome = false;
  /** The client takes several answers. */
  exhaustAllowed = false;
  /** The client sent a checksum, so the answer carries one too. */
  hasChecksum = false;
  /** The compressor to answer with, 0 for none. */
  compressorId = 0;
  /** The database of an OP_QUERY, from its collection name ("admin.$cmd"). */
  legacyDatabase = "";

  reset(): void {
    this.isLegacy = false;
    this.body = NO_BYTES;
    this.sequences = NO_SEQUENCES;
    this.moreToCome = false;
    this.exhaustAllowed = false;
    this.hasChecksum = false;
    this.compressorId = 0;
    this.legacyDatabase = "";
  }
}

// A list of documents that are kept: results gathered for one input document, sub-pipelines' cached results.
//
// Documents are copied into chunks, or only referred to where their bytes stay as they are. The size is known all the time, so
// that whoever fills a list can hold to a limit.

import { copyToSlab } from "../../bson/document_slab.ts";
import type { BsonWriter } from "../../bson/encode.ts";
import { documentEnd, readInt32 } from "../../bson/read.ts";
import { Batch } from "../../stream/batch.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";

const CHUNK_BYTES = 64 * 1024;
/** Most lists are short and soon forgotten: a buffer for each would cost more than the search. */
const SLAB_DOCUMENTS = 4;
const NO_BYTES = new Uint8Array(0);

export class DocumentList {
  readonly #bytes: Uint8Array[] = [];
  readonly #starts: number[] = [];
  #chunk: Uint8Array = NO_BYTES;
  #used = 0;
  #byteLength = 0;

  get count(): number {
    return this.#starts.length;
  }

  /** Bytes of all documents. */
  get byteLength(): number {
    return this.#byteLength;
  }

  bytesAt(index: number): Uint8Array {
    return this.#bytes[index];
  }

  startAt(index: number): number {
    return this.#starts[index];
  }

  /** The document as bytes of its own (a view). */
  view(index: number): Uint8Array {
    const bytes = this.#bytes[index];
    const start = this.#starts[index];
    return bytes.subarray(start, documentEnd(bytes, start));
  }

  /** Adds a document whose bytes nobody will change. */
  refer(bytes: Uint8Array, start: number): void {
    this.#bytes.push(bytes);
    this.#starts.push(start);
    this.#byteLength += readInt32(bytes, start);
  }

  /** Adds a copy of a document; its place is the last one of the list. */
  copy(bytes: Uint8Array, start: number): void {
    const length = readInt32(bytes, start);
    if (this.count < SLAB_DOCUMENTS) return this.refer(copyToSlab(bytes, start, start + length), 0);
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = new Uint8Array(Math.max(length, this.#nextChunkBytes()));
      this.#used = 0;
    }
    this.#chunk.set(bytes.subarray(start, start + length), this.#used);
    this.refer(this.#chunk, this.#used);
    this.#used += length;
  }

  /** Small lists are many: they begin with small chunks. */
  #nextChunkBytes(): number {
    return Math.min(CHUNK_BYTES, Math.max(1024, this.#byteLength));
  }

  copyBatch(batch: Batch): void {
    for (let i = 0; i < batch.count; i++) this.copy(batch.bytes, batch.starts[i]);
  }

  /** Appends the documents as an array. */
  write(writer: BsonWriter, name: string): void {
    writer.startArray(name);
    for (let i = 0; i < this.count; i++) {
      writer.document(undefined, this.#bytes[i], this.#starts[i]);
    }
    writer.end();
  }

  /** Forgets all documents; what was referred to stays as it is. */
  clear(): void {
    this.#bytes.length = 0;
    this.#starts.length = 0;
    this.#byteLength = 0;
    this.#chunk = NO_BYTES;
    this.#used = 0;
  }

  /** The documents as a stream; the list may not change meanwhile. */
  stream(): DocumentStream {
    return new ListStream(this);
  }
}

class ListStream implements DocumentStream {
  #at = 0;

  constructor(private readonly list: DocumentList) {}

  /** One batch per run of documents in the same chunk. */
  next(): Batch | null {
    const { list } = this;
    if (this.#at >= list.count) return null;
    const bytes = list.bytesAt(this.#at);
    const from = this.#at;
    let to = from + 1;
    while (to < list.count && list.bytesAt(to) === bytes) to++;
    this.#at = to;
    const starts = new Int32Array(to - from);
    for (let i = from; i < to; i++) starts[i - from] = list.startAt(i);
    return new Batch(bytes, starts, to - from);
  }

  close(): void {
    this.#at = this.list.count;
  }
}

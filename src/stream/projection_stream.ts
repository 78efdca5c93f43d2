// Projects each document of a stream into a new one; RecordIds stay beside them.
//
// The projected documents of a batch stand in one buffer that the next batch reuses. Metadata ($meta) is handed to the
// projection per document only when it asks for some.

import { BsonWriter } from "../bson/encode.ts";
import { cstringEnd, documentEnd, valueEnd } from "../bson/read.ts";
import type { DocumentMetadata } from "../expression/scope.ts";
import type { Projection } from "../query/projection.ts";
import { Batch } from "./batch.ts";
import { BatchTransform, type DocumentStream } from "./document_stream.ts";

/** Metadata of document `index` of a batch. */
export type MetadataOf = (batch: Batch, index: number) => DocumentMetadata;

/** Writes one document anew. */
export interface DocumentWriter {
  apply(bytes: Uint8Array, start: number, writer: BsonWriter): void;
}

/** Rewrites every document. */
export class RewriteStream extends BatchTransform {
  readonly #rewrite: DocumentWriter;
  readonly #writer = new BsonWriter(4096);
  #starts = new Int32Array(256);

  constructor(source: DocumentStream, rewrite: DocumentWriter) {
    super(source);
    this.#rewrite = rewrite;
  }

  protected transform(batch: Batch): Batch {
    const { bytes, starts, count } = batch;
    if (count === 0) return batch;
    const writer = this.#writer;
    writer.reset();
    if (this.#starts.length < count) this.#starts = new Int32Array(count * 2);
    const newStarts = this.#starts;
    for (let i = 0; i < count; i++) {
      newStarts[i] = writer.length;
      this.beforeDocument(batch, i);
      this.#rewrite.apply(bytes, starts[i], writer);
    }
    const rewritten = new Batch(writer.view(), newStarts, count, batch.recordIds);
    rewritten.sortKeys = batch.sortKeys;
    rewritten.indexKeys = batch.indexKeys;
    return rewritten;
  }

  protected beforeDocument(_batch: Batch, _index: number): void {}

  expect(documents: number): void {
    this.source.expect?.(documents);
  }
}

export class ProjectionStream extends RewriteStream {
  readonly #projection: Projection;
  readonly #metadataOf: MetadataOf | undefined;

  constructor(source: DocumentStream, projection: Projection, metadataOf?: MetadataOf) {
    super(source, projection);
    this.#projection = projection;
    this.#metadataOf = projection.needsMeta.size > 0 ? metadataOf : undefined;
  }

  protected override beforeDocument(batch: Batch, index: number): void {
    if (this.#metadataOf !== undefined) {
      this.#projection.setMetadata(this.#metadataOf(batch, index));
    }
  }
}

/** showRecordId: adds `$recordId` behind the other fields. */
export class RecordIdStream extends RewriteStream {
  #recordId = 0;

  constructor(source: DocumentStream) {
    super(source, {
      apply: (bytes, start, writer) => {
        writer.startDocument();
        copyElements(bytes, start, writer);
        writer.int64("$recordId", BigInt(this.#recordId));
        writer.end();
      },
    });
  }

  protected override beforeDocument(batch: Batch, index: number): void {
    this.#recordId = batch.recordIds?.[index] ?? 0;
  }
}

/** All elements of a document, into the document being written. */
export function copyElements(bytes: Uint8Array, start: number, writer: BsonWriter): void {
  writer.append(bytes, start + 4, documentEnd(bytes, start) - 1);
}

/** All elements but the one called `name` (encoded), into the document being written. */
export function copyElementsBut(
  bytes: Uint8Array,
  start: number,
  name: Uint8Array,
  writer: BsonWriter,
): void {
  const end = documentEnd(bytes, start) - 1;
  let at = start + 4;
  while (at < end) {
    const nameEnd = cstringEnd(bytes, at + 1);
    const next = valueEnd(bytes, bytes[at], nameEnd + 1);
    if (!isName(bytes, at + 1, nameEnd, name)) writer.append(bytes, at, next);
    at = next;
  }
}

function isName(bytes: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  if (to - from !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[from + i] !== name[i]) return false;
  return true;
}

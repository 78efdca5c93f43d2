// returnKey: instead of each document the key it has in the index that was used, as `{ a: 1, b: "x" }`.
//
// The values are read from the documents: those a covered scan made of its keys, or, where keys do not give the values
// back, the fetched ones. Of a path through arrays the first element in index order is shown.

import { BsonWriter } from "../bson/encode.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { SortKeyGenerator } from "../query/sort_key.ts";
import { Batch } from "../stream/batch.ts";
import { BatchTransform, type DocumentStream } from "../stream/document_stream.ts";
import type { PlannerIndex } from "./planner_index.ts";

/** Appends the index key of a document as a document of its own. */
export class IndexKeyWriter {
  readonly #generator: SortKeyGenerator;
  readonly #names: readonly string[];

  constructor(index: PlannerIndex) {
    const sort: SortSpec = {
      parts: index.parts.map(({ path, direction }) => ({
        path,
        segments: path.split("."),
        direction,
      })),
    };
    this.#generator = new SortKeyGenerator(sort);
    this.#names = index.parts.map(({ path }) => path);
  }

  write(bytes: Uint8Array, start: number, writer: BsonWriter): void {
    const values = this.#generator.rawValues(bytes, start);
    writer.startDocument();
    for (let i = 0; i < values.length; i++) writer.raw(this.#names[i], values[i]);
    writer.end();
  }
}

/** Without an index (a collection scan) the answers are empty documents, as in mongod. */
export class ReturnKeyStream extends BatchTransform {
  readonly #keys: IndexKeyWriter | undefined;
  readonly #writer = new BsonWriter(1024);

  constructor(source: DocumentStream, index: PlannerIndex | undefined) {
    super(source);
    this.#keys = index === undefined ? undefined : new IndexKeyWriter(index);
  }

  protected transform(batch: Batch): Batch {
    const writer = this.#writer;
    writer.reset();
    const starts = new Int32Array(batch.count);
    for (let i = 0; i < batch.count; i++) {
      starts[i] = writer.length;
      if (this.#keys !== undefined) {
        this.#keys.write(batch.bytes, batch.starts[i], writer);
      } else {
        writer.startDocument();
        writer.end();
      }
    }
    return new Batch(writer.view(), starts, batch.count, batch.recordIds);
  }

  expect(documents: number): void {
    this.source.expect?.(documents);
  }
}

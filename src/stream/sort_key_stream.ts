// Notes the sort key of each document beside it, for a later `$meta: "sortKey"` in the pipeline: by then the document may have
// lost the fields. And what a batch knows about a document, as `$meta` wants it.

import { decode } from "../bson/decode.ts";
import { encodeDocument } from "../bson/encode.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue } from "../bson/value.ts";
import type { SortKeyGenerator } from "../query/sort_key.ts";
import type { Batch } from "./batch.ts";
import { BatchTransform, type DocumentStream } from "./document_stream.ts";
import type { MetadataOf } from "./projection_stream.ts";

export class SortKeyStream extends BatchTransform {
  readonly #keys: SortKeyGenerator;

  constructor(source: DocumentStream, keys: SortKeyGenerator) {
    super(source);
    this.#keys = keys;
  }

  protected transform(batch: Batch): Batch {
    const { bytes, starts, count } = batch;
    if (count === 0) return batch;
    const sortKeys: Uint8Array[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const values = this.#keys.values(bytes, starts[i]);
      sortKeys[i] = encodeDocument(new Map(values.map((value, at) => [String(at), value])));
    }
    batch.sortKeys = sortKeys;
    return batch;
  }
}

/** The metadata that travels in batches. */
export const batchMetadata: MetadataOf = ({ recordIds, sortKeys }, index) => ({
  recordId: recordIds?.[index],
  sortKey: sortKeys === undefined
    ? undefined
    : decode(sortKeys[index], BsonType.Array, 0) as BsonValue[],
});

// One scan of the other side of a join as a hash table: which documents have which values in the join's field.
//
// A document is under every value an equality match of the path would find it by: each element of an array, the array
// itself, null for a missing field. The table holds the documents; when they pass the limit and they come from a
// collection it goes on with their RecordIds alone; when those pass it too there is no table. A table that was told which values
// are looked for (`want`) holds only the documents that have one of them.

import type { Collation } from "../../bson/collation.ts";
import type { RawValue } from "../../bson/read.ts";
import { documentPath, forEachPathValue } from "../../query/document_path.ts";
import type { Collection } from "../../storage/collection.ts";
import { type Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import type { MapKey } from "../../plan/value_keys.ts";
import { DocumentList } from "./document_list.ts";
import { JoinKeys, NO_TYPE } from "./join_key.ts";

/** What an entry costs beside its document, roughly. */
const ENTRY_BYTES = 80;
/** Documents taken in before the caller gets a word in. */
const STEP_DOCUMENTS = 4096;

export interface ForeignTableOptions {
  readonly field: string;
  readonly collation: Collation | undefined;
  readonly limitBytes: number;
  /** Where the documents can be read again by RecordId. */
  readonly collection?: Collection | undefined;
}

export class ForeignTable {
  readonly #options: ForeignTableOptions;
  readonly #keys: JoinKeys;
  readonly #places = new Map<MapKey, number | number[]>();
  #documents: DocumentList | undefined = new DocumentList();
  #wanted: Set<MapKey> | undefined;
  #recordIds: Float64Array | undefined;
  #count = 0;
  #entries = 0;
  /** False when even the keys do not fit: the table cannot be used. */
  isComplete = false;

  constructor(options: ForeignTableOptions) {
    this.#options = options;
    this.#keys = new JoinKeys(options.collation);
    if (options.collection !== undefined) this.#recordIds = new Float64Array(1024);
  }

  /** Restricts the table to values that were asked for, before it is built. */
  want(value: RawValue): void {
    this.#wanted ??= new Set();
    this.#wanted.add(this.#keys.ofValue(value));
  }

  /** Takes in all documents of the stream, handing out empty batches on the way. */
  async *build(source: DocumentStream): AsyncGenerator<Batch> {
    let untilStep = STEP_DOCUMENTS;
    for (;;) {
      const batch = await source.next();
      if (batch === null) break;
      this.#add(batch);
      if (!this.#fits()) return;
      untilStep -= batch.count;
      if (untilStep > 0 && batch.count > 0) continue;
      untilStep = STEP_DOCUMENTS;
      yield EMPTY_BATCH;
    }
    this.isComplete = true;
  }

  #add(batch: Batch): void {
    const path = documentPath(this.#options.field);
    const { bytes, starts, count } = batch;
    const wanted = this.#wanted;
    for (let i = 0; i < count; i++) {
      let place = wanted === undefined ? this.#keep(batch, i) : -1;
      forEachPathValue(bytes, starts[i], path, "elementsAndWhole", (_, type, at) => {
        const key = this.#keys.keyOf(bytes, type < 0 ? NO_TYPE : type, at);
        if (wanted !== undefined && !wanted.has(key)) return false;
        if (place < 0) place = this.#keep(batch, i);
        this.#enter(key, place);
        return false;
      });
    }
  }

  /** Takes a document of the batch in; gives its place. */
  #keep(batch: Batch, index: number): number {
    const place = this.#count++;
    this.#documents?.copy(batch.bytes, batch.starts[index]);
    if (this.#recordIds !== undefined) this.#keepRecordId(place, batch.recordIds![index]);
    return place;
  }

  #keepRecordId(place: number, recordId: number): void {
    let recordIds = this.#recordIds!;
    if (place === recordIds.length) {
      recordIds = new Float64Array(place * 2);
      recordIds.set(this.#recordIds!);
      this.#recordIds = recordIds;
    }
    recordIds[place] = recordId;
  }

  #enter(key: MapKey, place: number): void {
    const known = this.#places.get(key);
    if (known === undefined) this.#places.set(key, place);
    else if (typeof known === "number") {
      if (known === place) return;
      this.#places.set(key, [known, place]);
    } else {
      if (known[known.length - 1] === place) return;
      known.push(place);
    }
    this.#entries++;
  }

  #fits(): boolean {
    const { limitBytes } = this.#options;
    const entryBytes = this.#entries * ENTRY_BYTES;
    if (entryBytes > limitBytes) return false;
    if (this.#documents === undefined) return true;
    if (this.#documents.byteLength + entryBytes <= limitBytes) return true;
    this.#documents = undefined;
    return this.#recordIds !== undefined;
  }

  /** Adds the documents that have any of the values, in the order they were scanned. */
  find(values: readonly RawValue[], found: DocumentList): void {
    if (values.length === 1) {
      const places = this.#places.get(this.#keys.ofValue(values[0]));
      if (places === undefined) return;
      if (typeof places === "number") return this.#emit([places], found);
      return this.#emit(places, found);
    }
    const places = new Set<number>();
    for (const value of values) {
      const known = this.#places.get(this.#keys.ofValue(value));
      if (typeof known === "number") places.add(known);
      else if (known !== undefined) { for (const place of known) places.add(place); }
    }
    this.#emit([...places].sort((a, b) => a - b), found);
  }

  #emit(places: readonly number[], found: DocumentList): void {
    const documents = this.#documents;
    if (documents !== undefined) {
      for (const place of places) found.refer(documents.bytesAt(place), documents.startAt(place));
      return;
    }
    for (const place of places) {
      const document = this.#options.collection!.get(undefined, this.#recordIds![place]);
      if (document !== null) found.refer(document, 0);
    }
  }
}

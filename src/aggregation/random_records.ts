// Documents of a collection picked by random RecordIds, for a $sample of few of many: the others are not read.
//
// A RecordId is drawn between the first and the last one and taken when there is a record of that number that was not taken
// before, so each document is equally likely whatever the gaps. Where most numbers have no record the whole
// collection is read instead ($sample's own way). Left out: a random walk of the storage tree, as WiredTiger has it.

import { CommandError } from "../error.ts";
import type { Collection } from "../storage/collection.ts";
import { Batch } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";

const MIN_DOCUMENTS = 100;
const MAX_SHARE = 0.05;
/** At least one number in this many must have a record. */
const MIN_DENSITY = 0.05;
const BATCH_DOCUMENTS = 256;
/** Numbers drawn for one document before giving up. */
const MAX_DRAWS = 5000;

/** The sample as a stream; undefined when reading everything is the better way. */
export function randomRecords(collection: Collection, size: number): DocumentStream | undefined {
  const { count } = collection;
  if (count <= MIN_DOCUMENTS || size > count * MAX_SHARE) return undefined;
  const first = endOf(collection, true);
  const last = endOf(collection, false);
  if (first < 0 || last < 0 || count < (last - first + 1) * MIN_DENSITY) return undefined;
  return new RandomRecordsStream(collection, size, first, last);
}

/** The RecordId at one end of the collection, -1 for none. */
function endOf(collection: Collection, forward: boolean): number {
  const scan = collection.scan({ forward });
  scan.expect(1);
  scan.next();
  scan.close();
  return scan.lastRecordId;
}

class RandomRecordsStream implements DocumentStream {
  readonly #taken = new Set<number>();

  constructor(
    private readonly collection: Collection,
    private readonly size: number,
    private readonly first: number,
    private readonly last: number,
  ) {}

  next(): Batch | null {
    const documents: Uint8Array[] = [];
    const recordIds: number[] = [];
    const wanted = Math.min(BATCH_DOCUMENTS, this.size - this.#taken.size);
    if (wanted <= 0) return null;
    while (documents.length < wanted) {
      const [document, recordId] = this.#draw();
      documents.push(document);
      recordIds.push(recordId);
    }
    const { bytes, starts, count } = Batch.of(documents);
    return new Batch(bytes, starts, count, Float64Array.from(recordIds));
  }

  #draw(): readonly [document: Uint8Array, recordId: number] {
    for (let draws = 0; draws < MAX_DRAWS; draws++) {
      const recordId = this.first + Math.floor(Math.random() * (this.last - this.first + 1));
      if (this.#taken.has(recordId)) continue;
      const document = this.collection.get(undefined, recordId);
      if (document === null) continue;
      this.#taken.add(recordId);
      return [document, recordId];
    }
    throw new CommandError(
      28799,
      "$sample stage could not find a non-duplicate document after 100 while using a random " +
        "cursor. This is likely a sporadic failure, please try again",
    );
  }

  close(): void {}
}

// What a $lookup gives that does the $unwind behind it as well: a document per result, without the array ever being made.
//
// The documents are those that $lookup and $unwind would give one after the other. A filter (a $match from behind) is asked
// before anything is written; the index of a result counts those that the filter drops.

import { BsonWriter } from "../../bson/encode.ts";
import { type CompiledPath, compilePath } from "../../bson/path.ts";
import type { CompiledFilter } from "../../query/filter.ts";
import { Batch } from "../../stream/batch.ts";
import type { UnwindPart } from "../definition.ts";
import { writeWithField } from "./nested_field.ts";

const OUTPUT_BYTES = 512 * 1024;
const NO_BYTES = new Uint8Array(0);

export class UnwoundResults {
  readonly #as: CompiledPath;
  readonly #preserve: boolean;
  readonly #indexField: CompiledPath | undefined;
  readonly #filter: CompiledFilter | undefined;
  readonly #writer = new BsonWriter(4096);
  /** A document before it gets its index. */
  readonly #unnumbered = new BsonWriter(1024);
  #starts: number[] = [];
  #isTaken = false;
  /** The input document at hand, and how many results it has had. */
  #bytes: Uint8Array = NO_BYTES;
  #start = 0;
  #seen = 0;

  constructor(as: CompiledPath, unwind: UnwindPart, filter: CompiledFilter | undefined) {
    this.#as = as;
    this.#preserve = unwind.preserve;
    this.#indexField = unwind.indexField === undefined ? undefined : compilePath(unwind.indexField);
    this.#filter = filter;
  }

  begin(bytes: Uint8Array, start: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#seen = 0;
  }

  add(bytes: Uint8Array, start: number): void {
    const index = this.#seen++;
    if (this.#filter !== undefined && !this.#filter.matches(bytes, start)) return;
    this.#write(index, (writer, name) => writer.document(name, bytes, start));
  }

  *addBatch(batch: Batch): Generator<Batch> {
    for (let i = 0; i < batch.count; i++) {
      this.add(batch.bytes, batch.starts[i]);
      if (this.isFull) yield this.take();
    }
  }

  /** All results were there. */
  finish(): void {
    if (this.#seen === 0 && this.#preserve) this.#write(-1, () => {});
  }

  get isFull(): boolean {
    return !this.#isTaken && this.#writer.length >= OUTPUT_BYTES;
  }

  /** What was written since the last time; valid until the next document is added. */
  take(): Batch {
    this.#forgetTaken();
    const batch = new Batch(
      this.#writer.view(),
      Int32Array.from(this.#starts),
      this.#starts.length,
    );
    this.#isTaken = true;
    return batch;
  }

  #forgetTaken(): void {
    if (!this.#isTaken) return;
    this.#writer.reset();
    this.#starts = [];
    this.#isTaken = false;
  }

  #write(index: number, writeValue: (writer: BsonWriter, name: string) => void): void {
    this.#forgetTaken();
    const indexField = this.#indexField;
    this.#starts.push(this.#writer.length);
    if (indexField === undefined) {
      const writer = this.#writer;
      writeWithField(
        writer,
        this.#bytes,
        this.#start,
        this.#as,
        (name) => writeValue(writer, name),
      );
      return;
    }
    const writer = this.#unnumbered;
    writer.reset();
    writeWithField(writer, this.#bytes, this.#start, this.#as, (name) => writeValue(writer, name));
    writeWithField(this.#writer, writer.view(), 0, indexField, (name) => {
      if (index < 0) this.#writer.null(name);
      else this.#writer.int64(name, BigInt(index));
    });
  }
}

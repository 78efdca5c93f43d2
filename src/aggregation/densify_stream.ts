// The stream of a $densify: passes sorted documents on and puts new ones into the gaps between them.
//
// Per partition it knows the last value of the sequence (`lowest + n * step`) that has been given. A document whose value lies
// beyond the next one first gets the values between; a document that is not on the sequence passes and changes nothing.
//   full       the sequence of every partition runs from the least to the greatest value of all documents
//   partition  from the least to the greatest value of the partition itself
//   [a, b]     from a to before b, whatever values there are; documents outside pass
// New documents hold the partition's fields and the value.

import { compareValues } from "../bson/compare.ts";
import { copyValue, decode } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import {
  addPromoting,
  asInt64Exact,
  isNumber,
  type NumericValue,
  subtractPromoting,
} from "../bson/number.ts";
import { documentEnd, findElement, nameBytes } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { BsonDate, type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { addToMoment } from "../expression/date_arithmetic.ts";
import type { TimeUnit } from "../expression/date_argument.ts";
import { UTC } from "../expression/time_zone.ts";
import { isNullish } from "../expression/value_type.ts";
import { Batch, EMPTY_BATCH } from "../stream/batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "../stream/document_stream.ts";
import type { PipelineContext } from "./definition.ts";
import { KeyBytes, KeyTable } from "./key_table.ts";

/** A value of the sequence. */
type Point = BsonDate | NumericValue;

export type DensifyBounds =
  | "full"
  | "partition"
  | { readonly lower: Point; readonly upper: Point };

export interface DensifyPlan {
  readonly field: readonly string[];
  readonly partitions: readonly (readonly string[])[];
  readonly step: NumericValue;
  readonly unit: TimeUnit | undefined;
  readonly bounds: DensifyBounds;
}

const OUTPUT_BYTES = 256 * 1024;
const OUTPUT_DOCUMENTS = 2048;
const MAX_GENERATED = 500000;

interface Partition {
  /** Values of the partition's fields, MISSING for those it does not have. */
  readonly values: readonly OptionalValue[];
  /** The last value of the sequence that was given or found; undefined before the first. */
  last: Point | undefined;
}

export class DensifyStream implements DocumentStream {
  private readonly fieldNames: readonly Uint8Array[];
  private readonly partitionNames: readonly (readonly Uint8Array[])[];
  private readonly keys: KeyBytes;
  private readonly table = new KeyTable();
  private readonly partitions: Partition[] = [];
  private readonly writer = new BsonWriter(4096);
  private starts: number[] = [];
  private batch: Batch = EMPTY_BATCH;
  private at = 0;
  /** What is being written between two documents; undefined when nothing is. */
  private gap:
    | { readonly partition: Partition; readonly isDone: (next: Point) => boolean }
    | undefined;
  private lowest: Point | undefined;
  private highest: Point | undefined;
  private generated = 0;
  private inputEnded = false;
  /** The next partition whose end has to be filled, after the input. */
  private finishing = 0;

  constructor(
    private readonly source: DocumentStream,
    private readonly plan: DensifyPlan,
    context: PipelineContext,
  ) {
    this.fieldNames = plan.field.map(nameBytes);
    this.partitionNames = plan.partitions.map((path) => path.map(nameBytes));
    this.keys = new KeyBytes(context.query.collation);
  }

  next(): NextBatch {
    if (this.inputEnded || this.at < this.batch.count) return this.work();
    return whenReady(this.source.next(), (batch) => {
      if (batch === null) this.endInput();
      else {
        this.batch = batch;
        this.at = 0;
      }
      return this.work();
    });
  }

  private endInput(): void {
    this.inputEnded = true;
    const { bounds } = this.plan;
    // Without partitions explicit bounds are filled even when there are no documents.
    if (typeof bounds === "object" && this.plan.partitions.length + this.partitions.length === 0) {
      this.partitions.push({ values: [], last: undefined });
    }
  }

  private work(): Batch | null {
    this.writer.reset();
    this.starts = [];
    while (!this.isFull()) {
      if (this.gap !== undefined) this.fill(this.gap);
      else if (this.at < this.batch.count) this.take();
      else if (!this.inputEnded || !this.beginTail()) break;
    }
    if (this.starts.length === 0) {
      const isDone = this.inputEnded && this.finishing >= this.partitions.length;
      return isDone ? null : EMPTY_BATCH;
    }
    return new Batch(this.writer.view(), Int32Array.from(this.starts), this.starts.length);
  }

  private isFull(): boolean {
    return this.starts.length >= OUTPUT_DOCUMENTS || this.writer.length >= OUTPUT_BYTES;
  }

  /** Looks at the next document: a gap before it, or the document itself. */
  private take(): void {
    const { bytes, starts } = this.batch;
    const start = starts[this.at];
    const value = valueAt(bytes, start, this.fieldNames);
    if (isNullish(value)) return this.pass(bytes, start);
    const point = this.pointOf(value);
    const partition = this.partitionOf(bytes, start);
    const { bounds } = this.plan;
    if (bounds === "full") {
      this.lowest ??= point;
      this.highest = point;
    }
    if (typeof bounds === "object" && compareValues(point, bounds.lower) < 0) {
      return this.pass(bytes, start);
    }
    const first = this.firstOf(point);
    const next = partition.last === undefined ? first : this.after(partition.last);
    const end = typeof bounds === "object" && compareValues(point, bounds.upper) > 0
      ? bounds.upper
      : point;
    if (compareValues(next, end) < 0) {
      this.gap = { partition, isDone: (one) => compareValues(one, end) >= 0 };
      partition.last ??= this.before(first);
      return;
    }
    if (compareValues(next, point) === 0) partition.last = point;
    this.pass(bytes, start);
  }

  /** Where the sequence of a partition begins whose first document has this value. */
  private firstOf(point: Point): Point {
    const { bounds } = this.plan;
    if (bounds === "full") return this.lowest!;
    return bounds === "partition" ? point : bounds.lower;
  }

  private pass(bytes: Uint8Array, start: number): void {
    this.starts.push(this.writer.length);
    this.writer.append(bytes, start, documentEnd(bytes, start));
    this.at++;
  }

  /** Writes documents of the gap until it is closed or the batch is full. */
  private fill(gap: NonNullable<DensifyStream["gap"]>): void {
    const { partition, isDone } = gap;
    while (!this.isFull()) {
      const next = this.after(partition.last!);
      if (isDone(next)) {
        this.gap = undefined;
        return;
      }
      this.writeGenerated(partition, next);
      partition.last = next;
    }
  }

  /** After the input: the rest of the next partition's sequence. False when there is none left. */
  private beginTail(): boolean {
    const { bounds, partitions } = this.plan;
    while (this.finishing < this.partitions.length) {
      const partition = this.partitions[this.finishing++];
      if (bounds === "partition" || (bounds === "full" && partitions.length === 0)) continue;
      const end = bounds === "full" ? this.highest! : bounds.upper;
      const first = bounds === "full" ? this.lowest! : bounds.lower;
      partition.last ??= this.before(first);
      const includesEnd = bounds === "full";
      this.gap = {
        partition,
        isDone: (next) => compareValues(next, end) >= (includesEnd ? 1 : 0),
      };
      return true;
    }
    return false;
  }

  private writeGenerated(partition: Partition, value: Point): void {
    if (++this.generated > MAX_GENERATED) {
      throw new CommandError(
        5897900,
        `Generated ${this.generated} documents in $densify, which is over the limit of ` +
          `${MAX_GENERATED}. Increase the 'internalQueryMaxAllowedDensifyDocs' parameter to allow ` +
          "more generated documents",
      );
    }
    const document = new Map<string, BsonValue>();
    partition.values.forEach((inner, i) => {
      if (inner !== MISSING) setPath(document, this.plan.partitions[i], inner);
    });
    setPath(document, this.plan.field, value);
    this.starts.push(this.writer.length);
    this.writer.startDocument();
    for (const [name, inner] of document) this.writer.value(name, inner);
    this.writer.end();
  }

  private partitionOf(bytes: Uint8Array, start: number): Partition {
    const values = this.partitionNames.map((names) => valueAt(bytes, start, names));
    this.keys.set(new Map(values.map((value, i) => [String(i), value === MISSING ? null : value])));
    const number = this.table.numberOf(this.keys);
    if (number === this.partitions.length) {
      this.partitions.push({
        values: values.map((value) => value === MISSING ? value : copyValue(value)),
        last: undefined,
      });
    }
    return this.partitions[number];
  }

  private pointOf(value: OptionalValue): Point {
    if (value instanceof BsonDate) {
      if (this.plan.unit !== undefined) return value;
      throw new CommandError(
        6053600,
        "Encountered date densify value in collection when step does not have a date unit.",
      );
    }
    if (!isNumber(value)) {
      throw new CommandError(5733201, "Densify field type must be numeric or a date");
    }
    if (this.plan.unit === undefined) return value;
    throw new CommandError(
      6053600,
      "Encountered numeric densify value in collection when step has a date unit.",
    );
  }

  private after(point: Point): Point {
    return this.moved(point, 1n);
  }

  private before(point: Point): Point {
    return this.moved(point, -1n);
  }

  private moved(point: Point, direction: 1n | -1n): Point {
    const { step, unit } = this.plan;
    if (!(point instanceof BsonDate)) {
      return direction > 0 ? addPromoting(point, step) : subtractPromoting(point, step);
    }
    const moment = addToMoment(point.ms, unit!, asInt64Exact(step)! * direction, UTC);
    if (moment !== undefined) return new BsonDate(moment);
    throw new CommandError(ErrorCode.Overflow, "dateAdd overflowed");
  }

  close(): void {
    this.source.close();
  }
}

/** The value of a path through objects; arrays are not entered. */
function valueAt(
  bytes: Uint8Array,
  start: number,
  names: readonly Uint8Array[],
): OptionalValue {
  let at = start;
  for (let i = 0;; i++) {
    const element = findElement(bytes, at, names[i]);
    if (element < 0) return MISSING;
    const type = bytes[element];
    at = element + names[i].length + 2;
    if (i === names.length - 1) return decode(bytes, type, at);
    if (type !== BsonType.Document) return MISSING;
  }
}

/** Sets a path in a document, making the documents on its way. */
function setPath(
  document: Map<string, BsonValue>,
  path: readonly string[],
  value: BsonValue,
): void {
  const [name, ...rest] = path;
  if (rest.length === 0) {
    document.set(name, value);
    return;
  }
  const inner = document.get(name);
  if (inner !== undefined && !(inner instanceof Map)) {
    throw new CommandError(5733308, "$densify cannot overwrite non-object values with objects");
  }
  const below = inner ?? new Map<string, BsonValue>();
  document.set(name, below);
  setPath(below, rest, value);
}

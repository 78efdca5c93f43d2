// $_internalUnpackBucket: the measurements of the buckets that come in; the one stage of the view that a time series is.
//
// A $match behind it is asked of whole buckets first, and columns that nothing behind looks at are not unpacked: bucket_moves.ts
// puts a stage with a filter in front and narrows this one. MongoDB's options for its own planner are accepted and change nothing.

import { BsonWriter } from "../../bson/encode.ts";
import {
  documentOf,
  elements,
  findElement,
  nameBytes,
  type RawElement,
  readString,
} from "../../bson/read.ts";
import { decodeValue } from "../../bson/decode.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "../../stream/document_stream.ts";
import { BucketReader } from "../../timeseries/unpack.ts";
import type { Stage, StageDefinition } from "../definition.ts";

/** What the stage was asked for. */
export interface UnpackSpec {
  readonly timeField: string;
  readonly metaField: string | undefined;
  readonly bucketMaxSpanSeconds: number;
  readonly include: ReadonlySet<string> | undefined;
  readonly exclude: ReadonlySet<string> | undefined;
  /** The buckets come from their collection, where each is once: one that was met before has grown and moved in its index. */
  readonly isDistinct?: boolean;
}

export interface UnpackStage extends Stage {
  readonly unpack: UnpackSpec;
}

export function isUnpackStage(stage: Stage | undefined): stage is UnpackStage {
  return stage !== undefined && "unpack" in stage;
}

const NAME = "$_internalUnpackBucket";
const ID = nameBytes("_id");
/** Known to MongoDB's planner, without a meaning here. */
const IGNORED: ReadonlySet<string> = new Set([
  "assumeNoMixedSchemaData",
  "computedMetaProjFields",
  "eventFilter",
  "fixedBuckets",
  "includeMaxTimeAsMetadata",
  "includeMinTimeAsMetadata",
  "usesExtendedRange",
  "wholeBucketFilter",
]);

export const $_internalUnpackBucket: StageDefinition = {
  name: NAME,
  help: "Unpacks the buckets of a time series",
  parse: (spec): Stage => unpackStage(parseSpec(spec)),
};

export function unpackStage(unpack: UnpackSpec): UnpackStage {
  return {
    name: NAME,
    unpack,
    open: (input) => new UnpackStream(input, unpack),
    explain(writer): void {
      writer.startDocument(NAME);
      for (const name of ["include", "exclude"] as const) {
        const names = unpack[name];
        if (names === undefined) continue;
        writer.startArray(name);
        for (const field of names) writer.string(undefined, field);
        writer.end();
      }
      writer.string("timeField", unpack.timeField);
      if (unpack.metaField !== undefined) writer.string("metaField", unpack.metaField);
      writer.int32("bucketMaxSpanSeconds", unpack.bucketMaxSpanSeconds);
      writer.end();
    },
  };
}

function parseSpec(spec: RawElement): UnpackSpec {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(5346500, `${NAME} specification must be an object`);
  }
  let timeField: string | undefined;
  let metaField: string | undefined;
  let bucketMaxSpanSeconds = 3600;
  const names: { include?: ReadonlySet<string>; exclude?: ReadonlySet<string> } = {};
  for (const option of elements(spec.bytes, spec.at)) {
    switch (option.name) {
      case "timeField":
        timeField = textOption(option, 5346504);
        break;
      case "metaField":
        metaField = textOption(option, 5346505);
        break;
      case "bucketMaxSpanSeconds":
        if (!isNumericType(option.type)) {
          throw new CommandError(5510600, "bucketMaxSpanSeconds field must be an integer");
        }
        bucketMaxSpanSeconds = Number(decodeValue(option));
        break;
      case "include":
      case "exclude":
        names[option.name] = namesOption(option);
        break;
      default:
        if (IGNORED.has(option.name)) break;
        throw new CommandError(
          5346506,
          `unrecognized parameter to ${NAME}: ${option.name}`,
        );
    }
  }
  if (timeField === undefined) {
    throw new CommandError(5346508, `The ${NAME} stage requires a timeField parameter`);
  }
  if (names.include !== undefined && names.exclude !== undefined) {
    throw new CommandError(
      5408000,
      `The ${NAME} stage expects at most one of include/exclude parameters to be specified`,
    );
  }
  return {
    timeField,
    metaField,
    bucketMaxSpanSeconds,
    include: names.include,
    exclude: names.exclude,
  };
}

function textOption(option: RawElement, code: number): string {
  if (option.type === BsonType.String) return readString(option.bytes, option.at);
  throw new CommandError(code, `${option.name} field must be a string`);
}

function namesOption(option: RawElement): ReadonlySet<string> {
  if (option.type !== BsonType.Array) {
    throw new CommandError(5346501, "include or exclude field must be an array");
  }
  const names = new Set<string>();
  for (const item of elements(documentOf(option))) {
    if (item.type !== BsonType.String) {
      throw new CommandError(5346502, "include or exclude field element must be a string");
    }
    const name = readString(item.bytes, item.at);
    if (name.includes(".")) {
      throw new CommandError(
        5346503,
        "include or exclude field element must be a single-element field path",
      );
    }
    names.add(name);
  }
  return names;
}

/** A batch of buckets holds many measurements: they are handed out in parts of about this size. */
const OUTPUT_BYTES = 256 * 1024;

class UnpackStream implements DocumentStream {
  readonly #source: DocumentStream;
  readonly #reader: BucketReader;
  readonly #writer = new BsonWriter(4096);
  #batch: Batch = EMPTY_BATCH;
  /** The next bucket of the batch. */
  #at = 0;
  #isInBucket = false;
  /** Ids of the buckets that were read. */
  readonly #known: Set<string> | undefined;

  constructor(source: DocumentStream, spec: UnpackSpec) {
    this.#source = source;
    this.#reader = new BucketReader(spec);
    this.#known = spec.isDistinct === true ? new Set() : undefined;
  }

  next(): NextBatch {
    if (this.#isInBucket || this.#at < this.#batch.count) return this.#unpackSome();
    return whenReady(this.#source.next(), (batch) => {
      if (batch === null) return null;
      this.#batch = batch;
      this.#at = 0;
      return this.#unpackSome();
    });
  }

  #unpackSome(): Batch {
    const writer = this.#writer;
    const starts: number[] = [];
    writer.reset();
    while (writer.length < OUTPUT_BYTES) {
      if (!this.#isInBucket) {
        if (this.#at >= this.#batch.count) break;
        const at = this.#batch.starts[this.#at++];
        if (!this.#isNew(this.#batch.bytes, at)) continue;
        this.#reader.open(this.#batch.bytes, at);
        this.#isInBucket = true;
      }
      const start = writer.length;
      if (this.#reader.next(writer)) starts.push(start);
      else this.#isInBucket = false;
    }
    return new Batch(writer.view(), Int32Array.from(starts), starts.length);
  }

  /** False for a bucket that was read before. */
  #isNew(bytes: Uint8Array, start: number): boolean {
    const known = this.#known;
    const at = known === undefined ? -1 : findElement(bytes, start, ID);
    if (known === undefined || at < 0 || bytes[at] !== BsonType.ObjectId) return true;
    let id = "";
    for (let i = 0; i < 12; i++) id += String.fromCharCode(bytes[at + 5 + i]);
    if (known.has(id)) return false;
    known.add(id);
    return true;
  }

  close(): void {
    this.#source.close();
  }
}

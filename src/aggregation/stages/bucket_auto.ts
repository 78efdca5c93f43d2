// $bucketAuto: documents sorted by a value and cut into buckets of about equal size.
//
// Equal values are never parted, so buckets may be larger, and there may be fewer. With a granularity the borders are preferred
// numbers (granularity.ts). Accumulators whose value shows the documents' order get those of a bucket in the order in which
// they came.

import { compareValues } from "../../bson/compare.ts";
import { copyValue, decodeValue } from "../../bson/decode.ts";
import { BsonWriter, documentFrom } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import { asInt64Exact, isNumber, type NumericValue, toNumber } from "../../bson/number.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { typeNameOf } from "../../expression/value_type.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import {
  BatchTransform,
  type DocumentStream,
  type NextBatch,
  whenReady,
} from "../../stream/document_stream.ts";
import { SortStream } from "../../stream/sort_stream.ts";
import { writeSpills } from "../../stream/spill_statistics.ts";
import { type AccumulatedField, parseAccumulatedField } from "../accumulators/statement.ts";
import type {
  AccumulatorState,
  MemoryMeter,
  PipelineContext,
  Stage,
  StageDefinition,
} from "../definition.ts";
import { expressionOrder } from "../expression_order.ts";
import { type Granularity, granularityOf } from "../granularity.ts";
import { checkDocumentSize } from "../group_table.ts";
import { readsOf } from "../projection_effect.ts";

interface AutoBuckets {
  readonly groupBy: Expression;
  readonly count: number;
  readonly granularity: Granularity | undefined;
  readonly fields: readonly AccumulatedField[];
}

/** Numbers the documents, and counts them. */
class NumberedStream extends BatchTransform {
  count = 0;

  protected transform(batch: Batch): Batch {
    const numbered = new Batch(batch.bytes, batch.starts, batch.count);
    numbered.recordIds = Float64Array.from({ length: batch.count }, (_, i) => this.count + i);
    this.count += batch.count;
    return numbered;
  }
}

/** One value of an ordered accumulator, with the place its document had in the input. */
interface Placed {
  readonly place: number;
  readonly value: OptionalValue;
}

class Bucket {
  readonly states: readonly AccumulatorState[];
  private readonly placed: Placed[][];
  size = 0;
  max: BsonValue;

  constructor(
    private readonly fields: readonly AccumulatedField[],
    public min: BsonValue,
    meter: MemoryMeter,
  ) {
    this.max = min;
    this.states = fields.map(({ accumulator }) => accumulator.start(meter));
    this.placed = fields.map(() => []);
  }

  add(key: BsonValue, place: number, scope: Scope): void {
    this.size++;
    this.max = key;
    this.fields.forEach(({ accumulator }, i) => {
      const value = accumulator.argument.evaluate(scope);
      if (accumulator.isOrdered !== true) return this.states[i].add(value);
      this.placed[i].push({ place, value: value === MISSING ? value : copyValue(value) });
    });
  }

  write(writer: BsonWriter): void {
    const start = writer.length;
    writer.startDocument();
    writer.startDocument("_id");
    writer.value("min", this.min);
    writer.value("max", this.max);
    writer.end();
    this.fields.forEach(({ name }, i) => {
      const state = this.states[i];
      const placed = this.placed[i].sort((a, b) => a.place - b.place);
      for (const { value } of placed) state.add(value);
      const value = state.value();
      writer.value(name, value === MISSING ? null : value);
    });
    writer.end();
    checkDocumentSize(writer.length - start);
  }
}

class BucketAutoStream implements DocumentStream {
  private readonly numbered: NumberedStream;
  private readonly sorted: SortStream;
  private readonly scope: Scope;
  private readonly writer = new BsonWriter(1024);
  private starts: number[] = [];
  private bucket: Bucket | undefined;
  /** Number of the bucket being filled, from 1. */
  private number = 0;
  /** Documents a bucket should have; known when the first sorted document comes. */
  private target = 0;
  private previousMax: BsonValue | undefined;
  /** With a granularity: where the bucket ends, once it has its size. */
  private border: NumericValue | undefined;
  private isDone = false;

  constructor(
    source: DocumentStream,
    private readonly buckets: AutoBuckets,
    private readonly context: PipelineContext,
  ) {
    this.scope = context.compiler.createScope();
    this.numbered = new NumberedStream(source);
    const order = expressionOrder(
      checkedKey(buckets),
      context.compiler.createScope(),
      context.query.collation,
    );
    this.sorted = new SortStream(this.numbered, order, {
      allowDiskUse: context.allowDiskUse,
      memoryLimitBytes: context.limits.bucketAutoBytes,
      keepRecordIds: true,
    });
  }

  next(): NextBatch {
    if (this.isDone) return null;
    return whenReady(this.sorted.next(), (batch) => {
      this.writer.reset();
      this.starts = [];
      if (batch === null) {
        this.isDone = true;
        this.finish(undefined);
        if (this.starts.length === 0) return null;
      } else if (batch.count > 0) this.takeBatch(batch);
      if (this.starts.length === 0) return EMPTY_BATCH;
      return new Batch(this.writer.view(), Int32Array.from(this.starts), this.starts.length);
    });
  }

  private takeBatch(batch: Batch): void {
    if (this.target === 0) {
      this.target = Math.max(roundHalfUp(this.numbered.count / this.buckets.count), 1);
    }
    const { scope } = this;
    for (let i = 0; i < batch.count; i++) {
      scope.setRoot(batch.bytes, batch.starts[i]);
      const value = this.buckets.groupBy.evaluate(scope);
      const key = value === MISSING ? null : value;
      if (this.bucket !== undefined && !this.belongs(key, this.bucket)) this.finish(key);
      this.bucket ??= this.begin(copyValue(key));
      this.bucket.add(copyValue(key), batch.recordIds![i], scope);
    }
  }

  private begin(key: BsonValue): Bucket {
    this.number++;
    const { granularity, fields } = this.buckets;
    const min = granularity === undefined
      ? key
      : this.previousMax ?? granularity.roundDown(key as NumericValue);
    return new Bucket(fields, min, { bytes: 0, limits: this.context.limits });
  }

  /** Does the next value go into the bucket: is there room, or no border between? */
  private belongs(key: BsonValue, bucket: Bucket): boolean {
    if (bucket.size < this.target || this.number === this.buckets.count) return true;
    const { collation } = this.context.query;
    if (compareValues(key, bucket.max, collation) === 0) return true;
    const { granularity } = this.buckets;
    if (granularity === undefined) return false;
    // The border is that of the bucket's size, however many values it takes in behind that.
    this.border ??= granularity.roundUp(bucket.max as NumericValue);
    return compareValues(this.border, key) > 0;
  }

  /** Writes the bucket; `next` is the least value behind it. */
  private finish(next: BsonValue | undefined): void {
    const { bucket } = this;
    if (bucket === undefined) return;
    const { granularity } = this.buckets;
    if (granularity !== undefined) {
      const border = this.border ?? granularity.roundUp(bucket.max as NumericValue);
      bucket.max = toNumber(border) === 0 && next !== undefined
        ? granularity.roundDown(next as NumericValue)
        : border;
    } else if (next !== undefined) bucket.max = copyValue(next);
    this.previousMax = bucket.max;
    this.starts.push(this.writer.length);
    bucket.write(this.writer);
    this.bucket = undefined;
    this.border = undefined;
  }

  writeStatistics(writer: BsonWriter): void {
    writeSpills(writer, this.sorted.statistics);
  }

  close(): void {
    this.sorted.close();
    this.numbered.close();
  }
}

function roundHalfUp(value: number): number {
  return Math.floor(value + 0.5);
}

/** The expression; with a granularity its values have to be numbers that are not negative. */
function checkedKey({ groupBy, granularity }: AutoBuckets): Expression {
  if (granularity === undefined) return groupBy;
  return {
    ...groupBy,
    evaluate(scope): OptionalValue {
      const value = groupBy.evaluate(scope);
      if (!isNumber(value)) {
        throw new CommandError(
          40258,
          "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a value " +
            `with type: ${typeNameOf(value)}`,
        );
      }
      const number = toNumber(value);
      if (Number.isNaN(number)) {
        throw new CommandError(
          40259,
          "$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a NaN",
        );
      }
      if (number < 0) {
        throw new CommandError(
          40260,
          "$bucketAuto can specify a 'granularity' with non-negative numbers only, but found a " +
            "negative number",
        );
      }
      return value;
    },
  };
}

function groupByOf(field: RawElement, context: PipelineContext): Expression {
  const { bytes, type, at } = field;
  const isPath = type === BsonType.String && bytes[at + 4] === 0x24 && bytes[at + 5] !== 0;
  const isExpression = type === BsonType.Document &&
    elements(bytes, at).next().value?.name.startsWith("$") === true;
  if (isPath || isExpression) return context.compiler.compile(field);
  throw new CommandError(
    40239,
    "The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object, " +
      `but found: ${toShellText(field)}`,
  );
}

function countOf(field: RawElement): number {
  if (!isNumericType(field.type)) {
    throw new CommandError(
      40241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${
        typeName(field.type)
      }`,
    );
  }
  const value = decodeValue(field);
  const exact = asInt64Exact(value);
  if (exact === undefined || BigInt.asIntN(32, exact) !== exact) {
    throw new CommandError(
      40242,
      "The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found " +
        toShellText(value),
    );
  }
  if (exact > 0n) return Number(exact);
  throw new CommandError(
    40243,
    `The $bucketAuto 'buckets' field must be greater than 0, but found: ${exact}`,
  );
}

function fieldsOf(output: RawElement | undefined, context: PipelineContext): AccumulatedField[] {
  if (output !== undefined && output.type !== BsonType.Document) {
    throw new CommandError(
      40244,
      `The $bucketAuto 'output' field must be an object, but found type: ${typeName(output.type)}`,
    );
  }
  const given = output === undefined ? [] : [...elements(output.bytes, output.at)];
  const fields = given.length > 0 ? given : elements(documentFrom({ count: COUNT_SPEC }));
  return Array.from(fields, (field) => parseAccumulatedField(field, context, "bucketAuto"));
}

const COUNT_SPEC = documentFrom({ $sum: 1 });

function parseAutoBuckets(spec: RawElement, context: PipelineContext): AutoBuckets {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      40240,
      `The argument to $bucketAuto must be an object, but found type: ${typeName(spec.type)}`,
    );
  }
  let groupBy: Expression | undefined;
  let count: number | undefined;
  let granularity: Granularity | undefined;
  let output: RawElement | undefined;
  for (const field of elements(spec.bytes, spec.at)) {
    if (field.name === "groupBy") groupBy = groupByOf(field, context);
    else if (field.name === "buckets") count = countOf(field);
    else if (field.name === "output") output = field;
    else if (field.name === "granularity") {
      if (field.type !== BsonType.String) {
        throw new CommandError(
          40261,
          `The $bucketAuto 'granularity' field must be a string, but found type: ${
            typeName(field.type)
          }`,
        );
      }
      granularity = granularityOf(readString(field.bytes, field.at));
    } else throw new CommandError(40245, `Unrecognized option to $bucketAuto: ${field.name}`);
  }
  if (groupBy === undefined || count === undefined) {
    throw new CommandError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified");
  }
  return { groupBy, count, granularity, fields: fieldsOf(output, context) };
}

export const $bucketAuto: StageDefinition = {
  name: "$bucketAuto",
  help: "Groups documents into a number of ranges of about equal size",
  parse(spec, context): Stage {
    const buckets = parseAutoBuckets(spec, context);
    return {
      name: "$bucketAuto",
      given: spec,
      effect: {
        reads: readsOf([
          buckets.groupBy.dependencies,
          ...buckets.fields.map(({ accumulator }) => accumulator.argument.dependencies),
        ]),
        writes: undefined,
        isExhaustive: true,
        copies: true,
      },
      open: (input, run) => new BucketAutoStream(input, buckets, run),
    };
  },
};

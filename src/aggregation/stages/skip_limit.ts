// $skip, $limit and $count: how many.

import { toShellText } from "../../bson/json.ts";
import { decodeValue } from "../../bson/decode.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { asInt64Exact } from "../../bson/number.ts";
import { type RawElement, readString } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { notInt64 } from "../../query/argument.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "../../stream/document_stream.ts";
import { LimitStream, SkipStream } from "../../stream/skip_limit.ts";
import type { Stage, StageDefinition, StageEffect } from "../definition.ts";

/** A whole number that is not negative. */
function countOf(spec: RawElement, name: string, code: number): number {
  const invalid = (what: string): CommandError =>
    new CommandError(
      code,
      `invalid argument to ${name} stage: ${what}: ${name}: ${toShellText(spec)}`,
    );
  if (!isNumericType(spec.type)) throw invalid("Expected a number in");
  const exact = asInt64Exact(decodeValue(spec));
  if (exact === undefined) throw invalid(notInt64(spec));
  if (exact < 0n) throw invalid("Expected a non-negative number in");
  return Number(exact);
}

const NOTHING_READ: StageEffect = { reads: new Set(), writes: new Set() };

export function skipStage(count: number, given?: RawElement): Stage {
  return {
    name: "$skip",
    ...(given === undefined ? {} : { given }),
    front: { kind: "skip", count },
    effect: NOTHING_READ,
    open: (input) => count === 0 ? input : new SkipStream(input, count),
    explain: (writer) => writer.int64("$skip", BigInt(count)),
  };
}

export function limitStage(count: number, given?: RawElement): Stage {
  return {
    name: "$limit",
    ...(given === undefined ? {} : { given }),
    front: { kind: "limit", count },
    effect: NOTHING_READ,
    open: (input) => new LimitStream(input, count),
    explain: (writer) => writer.int64("$limit", BigInt(count)),
  };
}

export const $skip: StageDefinition = {
  name: "$skip",
  help: "Passes over the first documents",
  parse: (spec) => skipStage(countOf(spec, "$skip", 5107200), spec),
};

export const $limit: StageDefinition = {
  name: "$limit",
  help: "Stops after a number of documents",
  parse(spec): Stage {
    const count = countOf(spec, "$limit", 5107201);
    if (count === 0) throw new CommandError(15958, "the limit must be positive");
    return limitStage(count, spec);
  },
};

/** One document with the number of documents; none for an empty input. */
class CountStream implements DocumentStream {
  #count = 0;
  #isDone = false;

  constructor(private readonly source: DocumentStream, private readonly field: string) {}

  next(): NextBatch {
    if (this.#isDone) return null;
    return whenReady(this.source.next(), (batch) => {
      if (batch !== null) {
        this.#count += batch.count;
        return EMPTY_BATCH;
      }
      this.#isDone = true;
      if (this.#count === 0) return null;
      const writer = new BsonWriter(64);
      writer.startDocument();
      writer.value(this.field, this.#count <= 0x7fffffff ? this.#count : BigInt(this.#count));
      writer.end();
      return Batch.of([writer.bytes()]);
    });
  }

  close(): void {
    this.source.close();
  }
}

export const $count: StageDefinition = {
  name: "$count",
  help: "The number of documents",
  parse(spec): Stage {
    if (spec.type !== BsonType.String) {
      throw new CommandError(40156, "the count field must be a non-empty string");
    }
    const field = readString(spec.bytes, spec.at);
    if (field === "") throw new CommandError(40157, "the count field must be a non-empty string");
    if (field.startsWith("$")) {
      throw new CommandError(40158, "the count field cannot be a $-prefixed path");
    }
    if (field.includes("\0")) {
      throw new CommandError(40159, "the count field cannot contain a null byte");
    }
    if (field.includes(".")) throw new CommandError(40160, "the count field cannot contain '.'");
    if (field === "_id") throw new CommandError(9039800, "the count field cannot be '_id'");
    return {
      name: "$count",
      given: spec,
      effect: { reads: new Set(), writes: undefined, isExhaustive: true },
      open: (input) => new CountStream(input, field),
    };
  },
};

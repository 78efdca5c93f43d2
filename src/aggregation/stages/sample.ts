// $sample: documents picked at random, each equally likely, none twice.
//
// A top-k over random keys: of a million documents only those that are kept are copied. For a small part of a collection
// run_pipeline.ts reads random records instead (random_records.ts).

import { decodeValue } from "../../bson/decode.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { SortStream } from "../../stream/sort_stream.ts";
import type { Stage, StageDefinition } from "../definition.ts";

const KEY_BYTES = 8;
/** Random bytes are fetched for many documents at a time. */
const POOL_BYTES = 8192;

function sampleSize(spec: RawElement): number {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(28745, "the $sample stage specification must be an object");
  }
  let size: number | undefined;
  for (const field of elements(spec.bytes, spec.at)) {
    if (field.name !== "size") {
      throw new CommandError(28748, `unrecognized option to $sample: ${field.name}`);
    }
    if (!isNumericType(field.type)) {
      throw new CommandError(28746, "size argument to $sample must be a number");
    }
    size = Math.trunc(Number(decodeValue(field)));
    if (!(size >= 1)) {
      throw new CommandError(28747, "size argument to $sample must be a positive integer");
    }
  }
  if (size === undefined) throw new CommandError(28749, "$sample stage must specify a size");
  return size;
}

/** A new random key for each document. */
class RandomOrder {
  readonly #pool = new Uint8Array(POOL_BYTES);
  #at = POOL_BYTES;

  key(): Uint8Array {
    if (this.#at === POOL_BYTES) {
      crypto.getRandomValues(this.#pool);
      this.#at = 0;
    }
    this.#at += KEY_BYTES;
    return this.#pool.subarray(this.#at - KEY_BYTES, this.#at);
  }
}

export const $sample: StageDefinition = {
  name: "$sample",
  help: "Documents picked at random",
  parse(spec): Stage {
    const size = sampleSize(spec);
    return {
      name: "$sample",
      given: spec,
      sampleSize: size,
      open: (input, context) =>
        new SortStream(input, new RandomOrder(), {
          limit: size,
          allowDiskUse: context.allowDiskUse,
          memoryLimitBytes: context.limits.sortBytes,
        }),
    };
  },
};

// How much memory an accumulator may take: so much per group, after which it cannot go on (MongoDB's ExceededMemoryLimit).
//
// A $group as a whole spills earlier (group_spill.ts); this limit is for one group whose value alone is that large.

import { Binary } from "bson";
import { isDocumentValue } from "../../bson/decode.ts";
import { encodeDocument } from "../../bson/encode.ts";
import type { BsonValue, OptionalValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import type { MemoryLimits } from "../../stream/memory_limits.ts";
import type { MemoryMeter } from "../definition.ts";

const EXCEEDED_MEMORY_LIMIT = 146;

/** Accumulators with a limit of their own; the others share that of $topN. */
const LIMIT_OF: ReadonlyMap<string, keyof MemoryLimits & `${string}Bytes`> = new Map([
  ["$addToSet", "addToSetBytes"],
  ["$concatArrays", "concatArraysBytes"],
  ["$push", "pushBytes"],
  ["$setUnion", "setUnionBytes"],
]);

/** Counts what one state holds, in its stage's meter too. */
export class StateMemory {
  private held = 0;
  private readonly limitBytes: number;

  constructor(private readonly name: string, private readonly meter: MemoryMeter) {
    this.limitBytes = meter.limits[LIMIT_OF.get(name) ?? "topBytes"];
  }

  add(bytes: number): void {
    this.meter.bytes += bytes;
    this.held += bytes;
    if (this.held > this.limitBytes) throw this.exceeded();
  }

  private exceeded(): CommandError {
    const { name, held, limitBytes } = this;
    const used = LIMIT_OF.has(name) ? ` Used: ${held} bytes.` : "";
    return new CommandError(
      EXCEEDED_MEMORY_LIMIT,
      `${name} used too much memory and cannot spill to disk.${used} Memory limit: ${limitBytes} bytes`,
    );
  }
}

/** Roughly what a decoded value takes. */
export function sizeOf(value: OptionalValue): number {
  if (typeof value === "string") return 24 + value.length * 2;
  if (typeof value !== "object" || value === null) return 16;
  if (Array.isArray(value)) {
    return value.reduce((sum: number, item: BsonValue) => sum + sizeOf(item), 24);
  }
  if (isDocumentValue(value)) return 64 + encodeDocument(value).length;
  return value instanceof Binary ? 48 + value.position : 48;
}

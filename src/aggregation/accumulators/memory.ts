// How much memory an accumulator may take: 100 MB per group, after which it cannot go on (MongoDB's ExceededMemoryLimit).
//
// A $group as a whole spills earlier (group_spill.ts); this limit is for one group whose value alone is that large.

import { Binary } from "bson";
import { isDocumentValue } from "../../bson/decode.ts";
import { encodeDocument } from "../../bson/encode.ts";
import type { BsonValue, OptionalValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import type { MemoryMeter } from "../definition.ts";

const EXCEEDED_MEMORY_LIMIT = 146;
export const ACCUMULATOR_LIMIT_BYTES: number = 100 * 1024 * 1024;

/** Counts what one state holds, in its stage's meter too. */
export class StateMemory {
  private held = 0;

  constructor(
    private readonly name: string,
    private readonly meter: MemoryMeter,
    private readonly limitBytes = ACCUMULATOR_LIMIT_BYTES,
  ) {}

  add(bytes: number): void {
    this.meter.bytes += bytes;
    this.held += bytes;
    if (this.held <= this.limitBytes) return;
    throw new CommandError(
      EXCEEDED_MEMORY_LIMIT,
      `${this.name} used too much memory and cannot spill to disk. Memory limit: ${this.limitBytes} bytes`,
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

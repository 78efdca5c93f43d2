// The smallest and largest value of each field of a bucket, as its `control.min` and `control.max` keep them.
//
// Embedded documents are taken field by field, arrays element by element: `{a: 1, b: 9}` and `{a: 2, b: 3}` have the least
// `{a: 1, b: 3}`. Where two kinds meet, the order of BSON types decides which one is kept whole.

import { compareRaw } from "../bson/compare.ts";
import { BsonWriter } from "../bson/encode.ts";
import { elements, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

/** 1 keeps the largest, -1 the smallest. */
export type Side = 1 | -1;

/** The more extreme of two values; a new one where documents or arrays are combined. */
export function moreExtreme(kept: RawValue, value: RawValue, side: Side): RawValue {
  const isNested = kept.type === BsonType.Document || kept.type === BsonType.Array;
  if (isNested && kept.type === value.type) return combine(kept, value, side);
  const order = compareRaw(kept.bytes, kept.type, kept.at, value.bytes, value.type, value.at);
  return order * side < 0 ? value : kept;
}

function combine(kept: RawValue, value: RawValue, side: Side): RawValue {
  const fields = new Map<string, RawValue>();
  for (const field of elements(kept.bytes, kept.at)) fields.set(field.name, field);
  let hasChanged = false;
  for (const field of elements(value.bytes, value.at)) {
    const known = fields.get(field.name);
    const next = known === undefined ? field : moreExtreme(known, field, side);
    if (next === known) continue;
    fields.set(field.name, next);
    hasChanged = true;
  }
  if (!hasChanged) return kept;
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const [name, field] of fields) writer.raw(name, field);
  writer.end();
  return { bytes: writer.bytes(), type: kept.type, at: 0 };
}

/** One side of a bucket's control, field by field. */
export class Extremes {
  readonly #values = new Map<string, RawValue>();

  constructor(readonly side: Side) {}

  /** The fields of a stored `control.min` or `control.max`. */
  load(bytes: Uint8Array, start: number): void {
    for (const field of elements(bytes, start)) this.#values.set(field.name, field);
  }

  set(name: string, value: RawValue): void {
    this.#values.set(name, value);
  }

  add(field: RawElement): void {
    const kept = this.#values.get(field.name);
    const next = kept === undefined ? field : moreExtreme(kept, field, this.side);
    if (next !== kept) this.#values.set(field.name, next);
  }

  write(writer: BsonWriter, name: string): void {
    writer.startDocument(name);
    for (const [field, value] of this.#values) writer.raw(field, value);
    writer.end();
  }
}

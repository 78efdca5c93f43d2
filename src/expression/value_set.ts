// A set of values under BSON equality: 1, 1.0 and NumberLong(1) are one element; strings follow the collation.
//
// Values are bucketed by a text that equal values share and compared inside the bucket. Order of insertion is kept.

import { BSONSymbol, ObjectId } from "bson";
import type { Collation } from "../bson/collation.ts";
import { equalValues } from "../bson/compare.ts";
import { documentEntries } from "../bson/decode.ts";
import { isNumber, toNumber } from "../bson/number.ts";
import { CANONICAL_ORDER } from "../bson/type.ts";
import { BsonDate, type BsonValue } from "../bson/value.ts";
import { typeOfValue } from "../bson/value_type.ts";

export class ValueSet {
  private readonly buckets = new Map<string, BsonValue[]>();
  private readonly ordered: BsonValue[] = [];

  constructor(private readonly collation?: Collation) {}

  get size(): number {
    return this.ordered.length;
  }

  /** The elements in order of insertion. */
  get values(): readonly BsonValue[] {
    return this.ordered;
  }

  /** Adds a value; false when an equal one is there. */
  add(value: BsonValue): boolean {
    const key = this.bucketKey(value);
    const bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, [value]);
    else {
      if (this.isIn(bucket, value)) return false;
      bucket.push(value);
    }
    this.ordered.push(value);
    return true;
  }

  has(value: BsonValue): boolean {
    const bucket = this.buckets.get(this.bucketKey(value));
    return bucket !== undefined && this.isIn(bucket, value);
  }

  private isIn(bucket: readonly BsonValue[], value: BsonValue): boolean {
    for (let i = 0; i < bucket.length; i++) {
      if (equalValues(bucket[i], value, this.collation)) return true;
    }
    return false;
  }

  /** A text that equal values share. */
  private bucketKey(value: BsonValue): string {
    if (isNumber(value)) return `n${toNumber(value) + 0}`;
    if (typeof value === "string") return this.collation === undefined ? `s${value}` : "s";
    if (value instanceof ObjectId) return `o${value.toHexString()}`;
    if (value instanceof BsonDate) return `d${value.ms}`;
    if (typeof value === "boolean") return value ? "t" : "f";
    if (Array.isArray(value)) return `[${value.map((item) => this.bucketKey(item)).join()}]`;
    if (value instanceof Uint8Array || value instanceof Map) {
      let key = "{";
      for (const [name, inner] of documentEntries(value)) {
        key += `${name}:${this.bucketKey(inner)},`;
      }
      return key;
    }
    // A symbol equals the string of the same text.
    if (value instanceof BSONSymbol) return this.bucketKey(value.value);
    return `x${CANONICAL_ORDER[typeOfValue(value)]}`;
  }
}

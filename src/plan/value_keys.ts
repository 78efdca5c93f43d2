// Values as keys of a Map, so that values MongoDB calls equal are one key: for $group, $addToSet, distinct.
//
// Numbers of all types that are equal get the same key, strings and small scalars a cheap one; everything else is encoded as
// an index key. A collation makes strings equal that differ in bytes: they are mapped to the first one seen.

import { Double, ObjectId } from "bson";
import type { Collation } from "../bson/collation.ts";
import { encodeValue } from "../bson/encode.ts";
import { compareNumbers, isNumber, type NumericValue, toNumber } from "../bson/number.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { KeyWriter } from "../index/key_encoding.ts";

export type MapKey = string | number | boolean | null;

const writer = new KeyWriter();

/** Makes keys for one operation. */
export class ValueKeys {
  readonly #collation: Collation | undefined;
  /** With a collation: strings seen so far, sorted by it. */
  readonly #strings: string[] = [];

  constructor(collation?: Collation) {
    this.#collation = collation;
  }

  /** Equal values give equal keys; missing counts as null. */
  keyOf(value: OptionalValue): MapKey {
    if (typeof value === "number") return value;
    if (typeof value === "string") return `s${this.#representative(value)}`;
    if (value === null || value === MISSING) return null;
    if (typeof value === "boolean") return value;
    if (isNumber(value)) return numberKey(value);
    if (value instanceof ObjectId) return `o${latin1(value.id)}`;
    return `k${this.#encoded(value)}`;
  }

  #encoded(value: BsonValue): string {
    writer.reset();
    writer.append(encodeValue(this.#collation === undefined ? value : this.#unified(value)));
    return latin1(writer.view());
  }

  /** A value with its strings replaced by their representatives. */
  #unified(value: BsonValue): BsonValue {
    if (typeof value === "string") return this.#representative(value);
    return Array.isArray(value) ? value.map((item) => this.#unified(item)) : value;
  }

  #representative(text: string): string {
    const collation = this.#collation;
    if (collation === undefined) return text;
    const strings = this.#strings;
    let low = 0;
    let high = strings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = collation.compare(strings[middle], text);
      if (order === 0) return strings[middle];
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    strings.splice(low, 0, text);
    return text;
  }
}

function numberKey(value: NumericValue): MapKey {
  if (value instanceof Double) return value.value;
  const number = toNumber(value);
  if (Number.isNaN(number)) return NaN;
  if (compareNumbers(value, new Double(number)) === 0) return number;
  writer.reset();
  writer.append(encodeValue(value));
  return `n${latin1(writer.view())}`;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

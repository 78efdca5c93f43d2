// Keys of strings under a collation. Intl.Collator compares but has no sort keys, so the key is a place in a search tree.
//
// A string is looked up among the letters of an alphabet, then among the found letter followed by each letter, and so
// on: every step compares the string itself with a pivot under the collation's letters alone (strength 1), and the key
// is the path taken. Whatever the pivots are, this holds, as comparing is a total order on classes of equal strings:
//
//   strings equal under the collation take the same path, so they have the same key        (equality never misses)
//   a before b under the collation implies key(a) <= key(b)                                (ranges never miss)
//
// The converse does not hold: strings of one key may differ (in case, in accents, far behind, in letters no pivot has).
// So keys only find candidates: unique indexes compare those (storage/collated_unique.ts), the planner keeps its filter
// and sorts after fetching. Keys depend on the ICU of the runtime: see storage/collated_rebuild.ts.
//
// Key: per step the letter's place (1 byte, or 2 for places from 200 on), then 00 when the pivot equals the string, 01 when
// the string lies before all pivots of the step or the key is long enough.

import process from "node:process";
import { type Collation, parseCollation } from "../bson/collation.ts";
import { BsonWriter } from "../bson/encode.ts";
import { elements } from "../bson/read.ts";

/** What keys depend on beside the collation. */
export const COLLATION_KEY_VERSION = `1/${process.versions.icu ?? "none"}`;

const MAX_STEPS = 32;
const EQUAL = 0;
const BETWEEN = 1;
const FIRST_PLACE = 2;
const SHORT_PLACES = 200;
const KEPT_KEYS = 4096;
const KEPT_LENGTH = 64;

/** First, last and step of the code points that pivots are made of. */
const ALPHABETS: ReadonlyArray<readonly [number, number, number]> = [
  [0x20, 0x7e, 1],
  [0xa1, 0x24f, 1], // Latin
  [0x370, 0x52f, 1], // Greek, Cyrillic
  [0x561, 0x586, 1], // Armenian
  [0x5d0, 0x5ea, 1], // Hebrew
  [0x620, 0x64a, 1], // Arabic
  [0x904, 0x939, 1], // Devanagari
  [0xe01, 0xe30, 1], // Thai
  [0x10d0, 0x10f0, 1], // Georgian
  [0x3041, 0x3096, 1], // kana
  [0xac00, 0xd7a3, 28], // Hangul
  [0x4e00, 0x9fa5, 16], // Han, by samples
];
const LARGEST_NUMBER_PIVOT = 999;

type Compare = (a: string, b: string) => number;

class CollationKeys {
  readonly #compare: Compare;
  readonly #pivots: readonly string[];
  readonly #known = new Map<string, Uint8Array>();
  readonly #path = new Uint8Array(2 * MAX_STEPS + 1);

  constructor(collation: Collation) {
    const letters = parseCollation(lettersOnly(collation.spec))!;
    this.#compare = letters.compare;
    this.#pivots = pivotsOf(letters.compare, collation.spec);
  }

  keyOf(text: string): Uint8Array {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const key = this.#find(text);
    if (text.length <= KEPT_LENGTH) {
      if (this.#known.size >= KEPT_KEYS) this.#known.clear();
      this.#known.set(text, key);
    }
    return key;
  }

  #find(text: string): Uint8Array {
    const compare = this.#compare;
    const pivots = this.#pivots;
    const path = this.#path;
    let length = 0;
    let prefix = "";
    let end = compare("", text) === 0 ? EQUAL : BETWEEN;
    for (let step = 0; end === BETWEEN && step < MAX_STEPS; step++) {
      // The last pivot that is not behind the text.
      let low = -1;
      let high = pivots.length;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        const order = compare(prefix + pivots[middle], text);
        if (order <= 0) low = middle;
        else high = middle;
      }
      if (low < 0) break;
      if (low < SHORT_PLACES) {
        path[length++] = FIRST_PLACE + low;
      } else {
        path[length++] = FIRST_PLACE + SHORT_PLACES + ((low - SHORT_PLACES) >> 8);
        path[length++] = (low - SHORT_PLACES) & 0xff;
      }
      prefix += pivots[low];
      if (compare(prefix, text) === 0) end = EQUAL;
    }
    path[length++] = end;
    return path.slice(0, length);
  }
}

/** The collation reduced to the differences of letters: the full one only refines its order. */
function lettersOnly(spec: Uint8Array): Uint8Array {
  const writer = new BsonWriter(spec.length + 8);
  writer.startDocument();
  for (const field of elements(spec)) {
    if (field.name === "strength") writer.int32("strength", 1);
    else if (field.name === "caseFirst") writer.string("caseFirst", "off");
    else if (field.name === "caseLevel" || field.name === "backwards") {
      writer.bool(field.name, false);
    } else writer.raw(field.name, field);
  }
  writer.end();
  return writer.bytes();
}

function isNumericOrdering(spec: Uint8Array): boolean {
  for (const field of elements(spec)) {
    if (field.name === "numericOrdering") return field.bytes[field.at] !== 0;
  }
  return false;
}

/**
 * Pivots in the collation's order, one of those it calls equal, none that it ignores, and none that lies among the words
 * that begin with another (as "æ" does, being "ae"): it would catch those and lead nowhere.
 */
function pivotsOf(compare: Compare, spec: Uint8Array): string[] {
  const candidates: string[] = [];
  for (const [first, last, step] of ALPHABETS) {
    for (let code = first; code <= last; code += step) candidates.push(String.fromCodePoint(code));
  }
  if (isNumericOrdering(spec)) {
    for (let number = 10; number <= LARGEST_NUMBER_PIVOT; number++) candidates.push(String(number));
  }
  candidates.sort(compare);
  const last = candidates[candidates.length - 1];
  const pivots: string[] = [];
  for (const pivot of candidates) {
    if (compare(pivot, "") === 0) continue;
    const before = pivots[pivots.length - 1];
    if (before === undefined || compare(pivot, before + last) > 0) pivots.push(pivot);
  }
  return pivots;
}

/** A key as mongod shows one in place of its string: in explain and duplicate key errors. */
export function collationKeyText(collation: Collation, text: string): string {
  let shown = "0x";
  for (const byte of collationKey(collation, text)) shown += byte.toString(16).padStart(2, "0");
  return shown;
}

const made = new WeakMap<Collation, CollationKeys>();

/** The key of a string: no byte follows from another string's key being a prefix of it. */
export function collationKey(collation: Collation, text: string): Uint8Array {
  let keys = made.get(collation);
  if (keys === undefined) {
    keys = new CollationKeys(collation);
    made.set(collation, keys);
  }
  return keys.keyOf(text);
}

// From a document to its index keys: the values at the pattern's paths, arrays expanded.
//
// A document without arrays on the paths has one key, written straight from the raw bytes (`scalarKey`). An array gives a
// key per element; missing is null, [] is undefined. Two arrays side by side are refused (171); the same array
// under several fields is one expansion. A numeric path part is an index into an array and also a
// name in the array's objects, and gives keys for both. Which path parts met an array is reported per field, since
// the planner may combine bounds only where none did. Beside each key stand its types: what it lost (key_losses.ts).
// Left out: partial filters (storage asks them first); hashed keys (hashed_keys.ts); text, wildcard and geo keys.

import { CommandError, ErrorCode } from "../error.ts";
import type { Collation } from "../bson/collation.ts";
import { copyToSlab } from "../bson/document_slab.ts";
import { type CompiledPath, compilePath } from "../bson/path.ts";
import {
  cstringEnd,
  documentEnd,
  findElement,
  nameBytes,
  type RawValue,
  readText,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { compareKeys, KeyClass, KeyWriter } from "./key_encoding.ts";
import { KeyType, keyTypeOf, KeyTypes, NEEDS_TYPE, NO_TYPES } from "./key_losses.ts";

/** One field of an index pattern. */
export interface IndexField {
  readonly path: string;
  readonly direction: 1 | -1;
}

export interface KeyGeneratorOptions {
  readonly sparse?: boolean;
  readonly unique?: boolean;
  readonly collation?: Collation | undefined;
}

/** All keys of one document. */
export interface KeySet {
  /** Distinct, in byte order; none when a sparse index leaves the document out. */
  readonly keys: readonly Uint8Array[];
  /** Parallel to the keys; undefined when none of them needs types. */
  readonly types?: readonly Uint8Array[] | undefined;
  /** True when some field met an array. */
  readonly multikey: boolean;
  /** Per field a bit mask of the path parts whose value was an array: bit 0 is the first part. */
  readonly multikeyParts: readonly number[];
}

export interface FieldPath extends CompiledPath {
  readonly descending: boolean;
}

/** A key and the values it was made of; a missing one is null. */
export interface KeyEntry {
  readonly key: Uint8Array;
  readonly values: readonly RawValue[];
}

/** Where a field stands during expansion. Values are (bytes of the document, type, at); type 0 is missing. */
interface FieldState {
  readonly type: number;
  readonly at: number;
  /** The next path part to apply; the number of parts when the value is reached. */
  readonly part: number;
  /** False for an element of an expanded array: an array there is a value, not expanded again. */
  readonly expands: boolean;
}

const NOTHING: FieldState = { type: 0, at: 0, part: -1, expands: false };
export const NO_KEY: Uint8Array = new Uint8Array(0);
const UNDEFINED_TYPE = BsonType.Undefined;

export class KeyGenerator {
  protected readonly fields: readonly FieldPath[];
  protected readonly sparse: boolean;
  protected readonly writer: KeyWriter;
  private readonly noParts: readonly number[];
  // The value found by `locate`; when it stopped at an array, that array and how many parts led there; when nothing is
  // there, how many parts there are of the path, and -1 when a value stands in the way.
  protected foundType = 0;
  protected foundAt = 0;
  private foundPart = 0;
  /** What the last key of `scalarKey` lost. */
  private readonly lost: KeyTypes;

  constructor(pattern: readonly IndexField[], options: KeyGeneratorOptions = {}) {
    this.sparse = options.sparse ?? false;
    this.writer = new KeyWriter(options.collation);
    this.noParts = pattern.map(() => 0);
    this.lost = new KeyTypes(pattern.length);
    this.fields = pattern.map(({ path, direction }) => ({
      ...compilePath(path),
      descending: direction < 0,
    }));
  }

  /**
   * The only key of a document without arrays on the paths, as a view that is valid until the next call; an empty
   * view when a sparse index leaves the document out; null when `keys` must be asked.
   */
  scalarKey(bytes: Uint8Array, start = 0): Uint8Array | null {
    const writer = this.writer;
    writer.reset();
    this.lost.reset();
    let missing = 0;
    for (let i = 0; i < this.fields.length; i++) {
      const field = this.fields[i];
      if (!this.locate(bytes, start, field.parts)) return null;
      if (this.foundType === 0) missing++;
      if (NEEDS_TYPE[this.foundType] !== 0) this.noteType(bytes, i);
      writer.appendRaw(bytes, this.foundType, this.foundAt, field.descending);
    }
    if (this.sparse && missing === this.fields.length) return NO_KEY;
    return writer.view();
  }

  /** The types of the last key of `scalarKey`, as a view with the same life. */
  get scalarTypes(): Uint8Array {
    return this.lost.view();
  }

  private noteType(bytes: Uint8Array, field: number): void {
    let code: number = keyTypeOf(bytes, this.foundType, this.foundAt);
    if (this.foundType === 0 && this.foundPart !== 0) {
      code = this.foundPart === this.fields[field].parts.length - 1
        ? KeyType.MissingInside
        : KeyType.Fetch;
    }
    this.lost.set(field, code);
  }

  /** Sets foundType and foundAt to the value at the path (type 0: missing); false when an array is on the way. */
  protected locate(bytes: Uint8Array, start: number, parts: readonly Uint8Array[]): boolean {
    let document = start;
    this.foundType = 0;
    this.foundAt = 0;
    for (let i = 0; i < parts.length; i++) {
      const element = findElement(bytes, document, parts[i]);
      if (element < 0) {
        this.foundPart = i;
        return true;
      }
      const type = bytes[element];
      const at = element + parts[i].length + 2;
      if (type === BsonType.Array) {
        this.foundAt = at;
        this.foundPart = i + 1;
        return false;
      }
      if (i === parts.length - 1) {
        this.foundType = type;
        this.foundAt = at;
      } else if (type === BsonType.Document) {
        document = at;
      } else {
        this.foundPart = -1;
        return true;
      }
    }
    return true;
  }

  /** All keys of the document at `start`. Throws CannotIndexParallelArrays (171). */
  keys(bytes: Uint8Array, start = 0): KeySet {
    const scalar = this.scalarKey(bytes, start);
    if (scalar !== null) {
      const types = this.lost.bytes();
      return {
        keys: scalar.length === 0 ? [] : [copyToSlab(scalar, 0, scalar.length)],
        types: types.length === 0 ? undefined : [types],
        multikey: false,
        multikeyParts: this.noParts,
      };
    }
    if (this.fields.length === 1 && this.foundPart === this.fields[0].parts.length) {
      return this.elementKeys(bytes, this.foundAt);
    }
    const expansion = this.expand(bytes, start);
    return {
      ...distinctTyped(expansion.keys, expansion.types),
      multikey: expansion.multikeyParts.some((parts) => parts !== 0),
      multikeyParts: expansion.multikeyParts,
    };
  }

  private expand(bytes: Uint8Array, start: number, entries?: KeyEntry[]): Expansion {
    const expansion = new Expansion(this.fields, this.sparse, bytes, this.writer, entries);
    expansion.expand(
      this.fields.map(() => ({ type: BsonType.Document, at: start, part: 0, expands: true })),
      0,
    );
    return expansion;
  }

  /** All keys with the values behind them, in no order; keys may repeat. */
  entries(bytes: Uint8Array, start = 0): readonly KeyEntry[] {
    const entries: KeyEntry[] = [];
    this.expand(bytes, start, entries);
    return entries;
  }

  /** The usual array: at the end of the path of a single-field index. */
  private elementKeys(bytes: Uint8Array, array: number): KeySet {
    const { parts, descending } = this.fields[0];
    const writer = this.writer;
    const keys: Uint8Array[] = [];
    const end = documentEnd(bytes, array) - 1;
    let at = array + 4;
    while (at < end) {
      const type = bytes[at];
      const valueAt = cstringEnd(bytes, at + 1) + 1;
      writer.reset();
      writer.appendRaw(bytes, type, valueAt, descending);
      keys.push(writer.bytes());
      at = valueEnd(bytes, type, valueAt);
    }
    if (keys.length === 0) {
      writer.reset();
      writer.appendClass(KeyClass.Undefined, descending);
      keys.push(writer.bytes());
    }
    return { keys: distinct(keys), multikey: true, multikeyParts: [1 << (parts.length - 1)] };
  }
}

function distinct(keys: Uint8Array[]): Uint8Array[] {
  if (keys.length < 2) return keys;
  keys.sort(compareKeys);
  return keys.filter((key, i) => i === 0 || compareKeys(keys[i - 1], key) !== 0);
}

/** The same for keys with types; of equal keys the one with the first types in byte order stays. */
function distinctTyped(
  keys: readonly Uint8Array[],
  types: readonly Uint8Array[],
): { keys: Uint8Array[]; types: Uint8Array[] | undefined } {
  const entries = keys.map((key, i) => ({ key, types: types[i] }));
  entries.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.types, b.types));
  const kept = entries.filter(({ key }, i) =>
    i === 0 || compareKeys(entries[i - 1].key, key) !== 0
  );
  return {
    keys: kept.map((entry) => entry.key),
    types: kept.every((entry) => entry.types.length === 0)
      ? undefined
      : kept.map((entry) => entry.types),
  };
}

/** The recursive part: one document with arrays. */
class Expansion {
  readonly keys: Uint8Array[] = [];
  readonly types: Uint8Array[] = [];
  readonly multikeyParts: number[];

  constructor(
    private readonly fields: readonly FieldPath[],
    private readonly sparse: boolean,
    private readonly bytes: Uint8Array,
    private readonly writer: KeyWriter,
    private readonly entries: KeyEntry[] | undefined,
  ) {
    this.multikeyParts = fields.map(() => 0);
  }

  /** Follows every field to its value or to an array; expands that array or writes the key. */
  expand(states: readonly FieldState[], missing: number): void {
    const next: FieldState[] = [];
    let arrayField = -1;
    for (let i = 0; i < states.length; i++) {
      const state = this.follow(this.fields[i], states[i]);
      next.push(state);
      if (state.type === 0 && states[i].type !== 0) missing++;
      if (!this.isOpenArray(state)) continue;
      if (arrayField < 0) arrayField = i;
      else if (next[arrayField].at !== state.at) this.refuseParallel(i, state, arrayField, next);
    }
    if (arrayField < 0) this.write(next, missing);
    else this.expandArray(next, next[arrayField].at, missing);
  }

  private isOpenArray(state: FieldState): boolean {
    return state.type === BsonType.Array && state.expands;
  }

  /** Goes down the path until the value, an array to expand, or nothing. */
  private follow(field: FieldPath, state: FieldState): FieldState {
    let { type, at, part } = state;
    if (part < 0) return state;
    while (part < field.parts.length) {
      if (type === BsonType.Array && (state.expands || part !== state.part)) {
        return { type, at, part, expands: true };
      }
      if (type !== BsonType.Document) return NOTHING;
      const element = findElement(this.bytes, at, field.parts[part]);
      if (element < 0) return NOTHING;
      type = this.bytes[element];
      at = element + field.parts[part].length + 2;
      part++;
    }
    return { type, at, part, expands: state.expands || part !== state.part };
  }

  private expandArray(states: readonly FieldState[], array: number, missing: number): void {
    const { bytes, fields } = this;
    const open = states.map((state) => this.isOpenArray(state));
    const positional = states.map((state, i) =>
      open[i] && state.part < fields[i].parts.length
        ? this.positionalState(array, fields[i].indexes[state.part], state.part)
        : undefined
    );
    const isEmpty = documentEnd(bytes, array) === array + 5;
    for (let i = 0; i < states.length; i++) {
      if (open[i] && positional[i] === undefined) this.markMultikey(i, states[i].part);
    }
    // When every field takes one element by its index, the elements need no keys of their own.
    const onlyPositional = open.every((isOpen, i) => !isOpen || positional[i] !== undefined);
    if (isEmpty || onlyPositional) {
      this.expandElement(states, open, positional, UNDEFINED_TYPE, 0, missing);
    }
    if (isEmpty) return;
    const named = positional.some((state) => state !== undefined);
    const end = documentEnd(bytes, array) - 1;
    let at = array + 4;
    while (at < end) {
      const type = bytes[at];
      const valueAt = cstringEnd(bytes, at + 1) + 1;
      if (!onlyPositional) {
        this.expandElement(states, open, positional, type, valueAt, missing);
      }
      if (named && type === BsonType.Document) {
        this.expandNamed(states, open, positional, valueAt, missing);
      }
      at = valueEnd(bytes, type, valueAt);
    }
  }

  private markMultikey(field: number, part: number): void {
    this.multikeyParts[field] |= 1 << (part - 1);
  }

  /** The state behind `array[index]`, undefined when there is no such element. */
  private positionalState(array: number, index: number, part: number): FieldState | undefined {
    if (index < 0) return undefined;
    const element = findElement(this.bytes, array, nameBytes(String(index)));
    if (element < 0) return undefined;
    const at = cstringEnd(this.bytes, element + 1) + 1;
    return { type: this.bytes[element], at, part: part + 1, expands: true };
  }

  private expandElement(
    states: readonly FieldState[],
    open: readonly boolean[],
    positional: ReadonlyArray<FieldState | undefined>,
    type: number,
    at: number,
    missing: number,
  ): void {
    this.expand(
      states.map((state, i) => {
        if (!open[i]) return state;
        return positional[i] ?? { type, at, part: state.part, expands: false };
      }),
      missing,
    );
  }

  /** A numeric part as a name: for elements that are objects with a field of that name. */
  private expandNamed(
    states: readonly FieldState[],
    open: readonly boolean[],
    positional: ReadonlyArray<FieldState | undefined>,
    document: number,
    missing: number,
  ): void {
    let found = false;
    const next = states.map((state, i) => {
      if (!open[i]) return state;
      const byElement = {
        type: BsonType.Document,
        at: document,
        part: state.part,
        expands: false,
      };
      if (positional[i] === undefined) return byElement;
      if (findElement(this.bytes, document, this.fields[i].parts[state.part]) < 0) {
        return positional[i]!;
      }
      found = true;
      this.markMultikey(i, state.part);
      return byElement;
    });
    if (found) this.expand(next, missing);
  }

  private write(states: readonly FieldState[], missing: number): void {
    if (this.sparse && missing === states.length) return;
    const writer = this.writer;
    writer.reset();
    let types: KeyTypes | undefined;
    for (let i = 0; i < states.length; i++) {
      const { descending, parts } = this.fields[i];
      if (NEEDS_TYPE[states[i].type] !== 0) {
        const code = states[i].type === 0 && parts.length > 1
          ? KeyType.Fetch
          : keyTypeOf(this.bytes, states[i].type, states[i].at);
        (types ??= new KeyTypes(states.length)).set(i, code);
      }
      if (states[i].type === 0) writer.appendClass(KeyClass.Null, descending);
      else writer.appendRaw(this.bytes, states[i].type, states[i].at, descending);
    }
    const key = writer.bytes();
    this.keys.push(key);
    this.types.push(types?.bytes() ?? NO_TYPES);
    this.entries?.push({ key, values: states.map((state) => this.valueOf(state)) });
  }

  private valueOf({ type, at }: FieldState): RawValue {
    return { bytes: this.bytes, type: type === 0 ? BsonType.Null : type, at };
  }

  private refuseParallel(
    second: number,
    secondState: FieldState,
    first: number,
    states: readonly FieldState[],
  ): never {
    const a = this.fields[second].names[secondState.part - 1];
    const b = this.fields[first].names[states[first].part - 1];
    throw new CommandError(
      ErrorCode.CannotIndexParallelArrays,
      `cannot index parallel arrays [${a}] [${b}]`,
    );
  }
}

/** The values of one key pattern as text: `a_1_b_-1`, the default index name. */
export function defaultIndexName(
  pattern: ReadonlyArray<{ readonly path: string; readonly direction: number | string }>,
): string {
  return pattern.map(({ path, direction }) => `${path}_${direction}`).join("_");
}

/** The fields of a raw key pattern document, in order, for ascending and descending parts. */
export function patternFields(pattern: Uint8Array): IndexField[] {
  const fields: IndexField[] = [];
  const end = documentEnd(pattern, 0) - 1;
  let at = 4;
  while (at < end) {
    const type = pattern[at];
    const stop = cstringEnd(pattern, at + 1);
    const path = readText(pattern, at + 1, stop);
    fields.push({ path, direction: isNegative(pattern, type, stop + 1) ? -1 : 1 });
    at = valueEnd(pattern, type, stop + 1);
  }
  return fields;
}

function isNegative(bytes: Uint8Array, type: number, at: number): boolean {
  const end = valueEnd(bytes, type, at);
  const numeric = type === BsonType.Int32 || type === BsonType.Double ||
    type === BsonType.Int64 || type === BsonType.Decimal128;
  return numeric && bytes[end - 1] >= 0x80; // the sign is the top bit in all four types
}

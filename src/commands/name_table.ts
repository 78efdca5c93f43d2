// Finds a field or command name in a fixed list by its bytes, without making a string.
//
// Every request names its command and five to ten arguments. Decoding each name and asking a Map costs about
// 100 ns a name; hashing the bytes while looking for the terminating NUL costs about 15 ns. The table is built
// once per command and never changes.

import { nameBytes } from "../bson/read.ts";

const HASH_START = 0x811c9dc5 | 0;
const HASH_FACTOR = 0x01000193;

function hashBytes(bytes: Uint8Array): number {
  let hash = HASH_START;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], HASH_FACTOR);
  return hash;
}

/** A closed hash table from name bytes to the number given for the name. */
export class NameTable {
  /** Offset of the NUL behind the name that `lookup` read last. */
  nameEnd = 0;
  readonly #mask: number;
  readonly #hashes: Int32Array;
  readonly #names: (Uint8Array | undefined)[];
  readonly #numbers: Int32Array;

  constructor(entries: Iterable<readonly [name: string, number: number]>) {
    const list = [...entries];
    let capacity = 8;
    while (capacity < list.length * 3) capacity *= 2;
    this.#mask = capacity - 1;
    this.#hashes = new Int32Array(capacity);
    this.#names = new Array(capacity).fill(undefined);
    this.#numbers = new Int32Array(capacity).fill(-1);
    for (const [name, number] of list) this.#add(nameBytes(name), number);
  }

  #add(name: Uint8Array, number: number): void {
    const hash = hashBytes(name);
    let slot = hash & this.#mask;
    while (this.#names[slot] !== undefined) slot = (slot + 1) & this.#mask;
    this.#hashes[slot] = hash;
    this.#names[slot] = name;
    this.#numbers[slot] = number;
  }

  /** The number of the NUL-terminated name at `at`, or -1; `nameEnd` tells where the name ends. */
  lookup(bytes: Uint8Array, at: number): number {
    let hash = HASH_START;
    let end = at;
    for (let unit = bytes[end]; unit !== 0; unit = bytes[++end]) {
      if (unit === undefined) break;
      hash = Math.imul(hash ^ unit, HASH_FACTOR);
    }
    this.nameEnd = end;
    const length = end - at;
    for (let slot = hash & this.#mask;; slot = (slot + 1) & this.#mask) {
      const name = this.#names[slot];
      if (name === undefined) return -1;
      if (this.#hashes[slot] !== hash || name.length !== length) continue;
      let i = 0;
      while (i < length && name[i] === bytes[at + i]) i++;
      if (i === length) return this.#numbers[slot];
    }
  }
}

// Keys of hashed and compound hashed indexes: one field is a hash of the value instead of the value.
//
// What the hash is the caller says (storage/hashed_value.ts). A document has one key: arrays on any of the paths are
// refused (16766), since the hash of an element would say nothing about the array.

import { CommandError } from "../error.ts";
import type { RawValue } from "../bson/read.ts";
import { type IndexField, KeyGenerator, type KeyGeneratorOptions, NO_KEY } from "./key_paths.ts";

/** The hash of a value as an int64 value; of a missing one that of null. */
export type ValueHash = (value: RawValue | undefined) => RawValue;

export class HashedKeyGenerator extends KeyGenerator {
  readonly #paths: readonly string[];
  readonly #hashed: number;
  readonly #hash: ValueHash;

  /** `hashed` is the place of the hashed field. */
  constructor(
    pattern: readonly IndexField[],
    hashed: number,
    hash: ValueHash,
    options: KeyGeneratorOptions = {},
  ) {
    super(pattern, options);
    this.#paths = pattern.map(({ path }) => path);
    this.#hashed = hashed;
    this.#hash = hash;
  }

  /** The key of a document; an empty one when a sparse index leaves it out. Throws 16766. */
  override scalarKey(bytes: Uint8Array, start = 0): Uint8Array {
    const { writer, fields } = this;
    writer.reset();
    let missing = 0;
    for (let i = 0; i < fields.length; i++) {
      if (!this.locate(bytes, start, fields[i].parts)) {
        throw new CommandError(
          16766,
          "hashed indexes do not currently support array values. Found array at path: " +
            this.#paths[i],
        );
      }
      if (this.foundType === 0) missing++;
      if (i === this.#hashed) {
        const value = this.foundType === 0
          ? undefined
          : { bytes, type: this.foundType, at: this.foundAt };
        writer.append(this.#hash(value));
      } else {
        writer.appendRaw(bytes, this.foundType, this.foundAt, fields[i].descending);
      }
    }
    return this.sparse && missing === fields.length ? NO_KEY : writer.view();
  }
}

// What an update changes in one document: byte ranges to replace, collected in one walk and written out in one go.
//
//   before  |.... keep ....|replaced|........ keep ........|  ^ insert  |0|
//   after   |.... copied ..|new bytes, maybe longer |... copied ...|new element|0|
//
// A change of size inside an embedded document also changes the int32 lengths around it; these are edits like any
// other. When no edit changes a size the document is copied whole and patched. Edits never overlap: two operators
// cannot reach one path (ConflictingUpdateOperators).

import { assert } from "../../assert.ts";
import { ByteArena, copyBytes } from "./byte_arena.ts";
import { allocateDocument } from "../../bson/document_slab.ts";

/** Up to this many edits are kept sorted as they come; more are sorted once at the end. */
const MAX_SHIFTED = 32;

export class EditList {
  /** Where operators put computed bytes. */
  readonly arena: ByteArena = new ByteArena();
  count = 0;
  /** Bytes the document grows by (negative: shrinks). */
  delta = 0;
  private sameSize = true;
  private isSorted = true;
  /** Twice the position, and one more unless it fills an empty value (null), which ends where its neighbour begins. */
  private readonly order: number[] = [];
  private readonly at: number[] = [];
  private readonly until: number[] = [];
  /** null stands for the arena, whose buffer may be replaced while it grows. */
  private readonly source: (Uint8Array | null)[] = [];
  private readonly from: number[] = [];
  private readonly to: number[] = [];

  reset(): void {
    for (let i = 0; i < this.count; i++) this.source[i] = null;
    this.count = 0;
    this.delta = 0;
    this.sameSize = true;
    this.isSorted = true;
    this.arena.reset();
  }

  /** Puts `source[from, to)` (null: of the arena) in place of the document's `[at, until)`. */
  replace(at: number, until: number, source: Uint8Array | null, from: number, to: number): void {
    this.add(at * 2 + (until > at ? 1 : 0), until, source, from, to);
  }

  private add(
    order: number,
    until: number,
    source: Uint8Array | null,
    from: number,
    to: number,
  ): void {
    let i = this.count++;
    if (i > 0 && order < this.order[i - 1]) {
      if (i <= MAX_SHIFTED) i = this.makeRoom(i, order);
      else this.isSorted = false;
    }
    const at = order >> 1;
    this.order[i] = order;
    this.at[i] = at;
    this.until[i] = until;
    this.source[i] = source;
    this.from[i] = from;
    this.to[i] = to;
    const growth = (to - from) - (until - at);
    if (growth !== 0) {
      this.delta += growth;
      this.sameSize = false;
    }
  }

  /** Moves the edits that come after `order` up by one; gives the free place. */
  private makeRoom(i: number, order: number): number {
    for (; i > 0 && order < this.order[i - 1]; i--) {
      this.order[i] = this.order[i - 1];
      this.at[i] = this.at[i - 1];
      this.until[i] = this.until[i - 1];
      this.source[i] = this.source[i - 1];
      this.from[i] = this.from[i - 1];
      this.to[i] = this.to[i - 1];
    }
    return i;
  }

  remove(at: number, until: number): void {
    this.replace(at, until, null, 0, 0);
  }

  /** Inserts what the arena holds from `from` to its end. */
  insertFromArena(at: number, from: number): void {
    this.add(at * 2 + 1, at, null, from, this.arena.length);
  }

  /** Replaces the int32 at `at`, the length of a document or array. */
  setLength(at: number, length: number): void {
    const from = this.arena.length;
    this.arena.int32(length);
    this.replace(at, at + 4, null, from, from + 4);
  }

  setByte(at: number, value: number): void {
    const from = this.arena.length;
    this.arena.byte(value);
    this.replace(at, at + 1, null, from, from + 1);
  }

  /** The document with all edits made; a new buffer. */
  emit(document: Uint8Array): Uint8Array {
    if (!this.isSorted) this.sort();
    const { at, until, from, to } = this;
    if (this.sameSize) {
      const patched = allocateDocument(document.length);
      patched.set(document);
      for (let i = 0; i < this.count; i++) {
        copyBytes(this.source[i] ?? this.arena.bytes, from[i], to[i], patched, at[i]);
      }
      return patched;
    }
    const result = allocateDocument(document.length + this.delta);
    let read = 0;
    let write = 0;
    for (let i = 0; i < this.count; i++) {
      assert(at[i] >= read, "edits of one document overlap");
      copyBytes(document, read, at[i], result, write);
      write += at[i] - read;
      copyBytes(this.source[i] ?? this.arena.bytes, from[i], to[i], result, write);
      write += to[i] - from[i];
      read = until[i];
    }
    copyBytes(document, read, document.length, result, write);
    return result;
  }

  /** By position, stable: fields created in one document keep their order. */
  private sort(): void {
    const order = Array.from({ length: this.count }, (_, i) => i);
    order.sort((a, b) => this.order[a] - this.order[b] || a - b);
    const permute = <T>(list: T[]): void => {
      const copy = order.map((i) => list[i]);
      for (let i = 0; i < copy.length; i++) list[i] = copy[i];
    };
    permute(this.order);
    permute(this.at);
    permute(this.until);
    permute(this.source);
    permute(this.from);
    permute(this.to);
    this.isSorted = true;
  }
}

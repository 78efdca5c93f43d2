// Reads the arguments of several expressions out of a document with one walk over its bytes.
//
// Most arguments of a $group are plain field paths. Their values are found in place, without decoding; a path that meets an
// array, and every other expression, is evaluated as usual. `types[i]` is then EVALUATED and `values[i]` holds the value.

import { decode } from "../bson/decode.ts";
import { cstringEnd, documentEnd, findElement, nameBytes, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { MISSING, type OptionalValue } from "../bson/value.ts";
import type { Expression, Scope } from "../expression/expression.ts";

/** Stands in `types` where the value was not read in place. */
export const EVALUATED = -1;

interface Slot {
  readonly expression: Expression;
  /** The rest of the path below the top-level field. */
  readonly below: readonly Uint8Array[];
  readonly isPath: boolean;
  /** Which of the top-level names. */
  readonly name: number;
}

export class FieldReader {
  /** BSON type of each value in place, 0 for missing, EVALUATED for one in `values`. */
  readonly types: Int32Array;
  readonly offsets: Int32Array;
  readonly values: OptionalValue[];
  private readonly slots: readonly Slot[];
  private readonly names: Uint8Array[] = [];
  /** Per top-level name: where its element was found. */
  private readonly foundTypes: Int32Array;
  private readonly foundOffsets: Int32Array;

  constructor(expressions: readonly Expression[]) {
    const indexes = new Map<string, number>();
    this.slots = expressions.map((expression) => {
      const { path } = expression;
      if (path === undefined) return { expression, below: [], isPath: false, name: -1 };
      let name = indexes.get(path[0]);
      if (name === undefined) {
        name = this.names.push(nameBytes(path[0])) - 1;
        indexes.set(path[0], name);
      }
      return { expression, below: path.slice(1).map(nameBytes), isPath: true, name };
    });
    this.types = new Int32Array(expressions.length);
    this.offsets = new Int32Array(expressions.length);
    this.values = expressions.map(() => MISSING);
    this.foundTypes = new Int32Array(this.names.length);
    this.foundOffsets = new Int32Array(this.names.length);
  }

  /** Reads all values of the scope's document. */
  read(scope: Scope): void {
    const { bytes, start } = scope;
    this.findNames(bytes, start);
    for (let i = 0; i < this.slots.length; i++) {
      const slot = this.slots[i];
      if (!slot.isPath) {
        this.types[i] = EVALUATED;
        this.values[i] = slot.expression.evaluate(scope);
        continue;
      }
      this.types[i] = this.foundTypes[slot.name];
      this.offsets[i] = this.foundOffsets[slot.name];
      if (slot.below.length > 0) this.descend(i, slot, scope);
    }
  }

  private findNames(bytes: Uint8Array, start: number): void {
    const { names, foundTypes, foundOffsets } = this;
    foundTypes.fill(0);
    let missing = names.length;
    if (missing === 0) return;
    const end = documentEnd(bytes, start) - 1;
    let at = start + 4;
    while (at < end) {
      const type = bytes[at];
      const nameAt = at + 1;
      const nameEnd = cstringEnd(bytes, nameAt);
      for (let i = 0; i < names.length; i++) {
        const name = names[i];
        if (name[0] !== bytes[nameAt] || name.length !== nameEnd - nameAt) continue;
        if (foundTypes[i] !== 0 || !isSame(name, bytes, nameAt)) continue;
        foundTypes[i] = type;
        foundOffsets[i] = nameEnd + 1;
        if (--missing === 0) return;
        break;
      }
      at = valueEnd(bytes, type, nameEnd + 1);
    }
  }

  private descend(i: number, slot: Slot, scope: Scope): void {
    const { bytes } = scope;
    let type = this.types[i];
    let at = this.offsets[i];
    for (let depth = 0; depth < slot.below.length; depth++) {
      if (type === BsonType.Array) {
        this.types[i] = EVALUATED;
        this.values[i] = slot.expression.evaluate(scope);
        return;
      }
      const name = slot.below[depth];
      const element = type === BsonType.Document ? findElement(bytes, at, name) : -1;
      if (element < 0) {
        this.types[i] = 0;
        return;
      }
      type = bytes[element];
      at = element + name.length + 2;
    }
    this.types[i] = type;
    this.offsets[i] = at;
  }

  /** Value `i`, decoded. */
  value(i: number, scope: Scope): OptionalValue {
    const type = this.types[i];
    if (type === EVALUATED) return this.values[i];
    return type === 0 ? MISSING : decode(scope.bytes, type, this.offsets[i]);
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 1; i < name.length; i++) if (name[i] !== bytes[at + i]) return false;
  return true;
}

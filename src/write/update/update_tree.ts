// The update tree: all paths of an update merged into one trie, applied in one walk of the document.
//
//   { $set: { "a.b": 1, "a.c.$[i]": 2 }, $inc: { n: 1 } }      root - a - b ($set)
//                                                                   |   - c - [i] ($set)
//                                                                   - n ($inc)
//
// Siblings are visited in mongod's order, which decides the order of created fields and which error comes first. A
// node finds its fields in the raw bytes and records edits; a field that is missing is written by `create` into the
// arena together with everything below it. The nodes for arrays are in array_node.ts.

import { CommandError, ErrorCode } from "../../error.ts";
import { BsonType } from "../../bson/type.ts";
import {
  cstringEnd,
  findElement,
  nameBytes,
  readInt32,
  readText,
  valueEnd,
} from "../../bson/read.ts";
import type { UpdateLeaf } from "./definition.ts";
import { arrayIndexOf, compareNames, mergeConflict, pathConflict } from "./update_path.ts";
import { elementText, type UpdateScope } from "./update_scope.ts";

/** From this many children on, one walk with a lookup per field beats one search per child. */
const MANY_CHILDREN = 8;
const MAX_BACKFILL_ELEMENTS = 1_500_000;
const MAX_MERGED = 256;

/** `elementAt` of the root, which is a document without an element around it. */
export const ROOT = -1;

export interface UpdateNode {
  /** The field exists. */
  applyTo(scope: UpdateScope, elementAt: number, valueAt: number, inArray: boolean): void;
  /** Whether `create` would write or throw. */
  creates(scope: UpdateScope): boolean;
  /** The field is missing: writes its element to the arena. */
  create(scope: UpdateScope, name: Uint8Array): void;
  /** The field is missing and cannot be: `elementAt` is a scalar, or an array asked for `part`. */
  refuse(scope: UpdateScope, elementAt: number, part: string): void;
  /** Both updates in one node; throws ConflictingUpdateOperators when they touch one field. */
  mergeWith(other: UpdateNode, path: string): UpdateNode;
}

export interface LeafOptions {
  readonly path: string;
  readonly isInsertOnly: boolean;
}

/** One operator on one path. */
export class LeafNode implements UpdateNode {
  private readonly touchesId: boolean;
  private readonly dollarName: string | undefined;

  constructor(readonly leaf: UpdateLeaf, readonly options: LeafOptions) {
    this.touchesId = options.path === "_id" || options.path.startsWith("_id.");
    const { path } = options;
    this.dollarName = path[0] === "$" && !path.includes(".") && leaf.onlyRemoves !== true
      ? path
      : undefined;
  }

  applyTo(scope: UpdateScope, elementAt: number, valueAt: number, inArray: boolean): void {
    if (this.options.isInsertOnly && !scope.isInsert) return;
    const before = scope.edits.count;
    this.leaf.update(scope, elementAt, valueAt, inArray);
    if (scope.edits.count === before) return;
    if (this.touchesId) throw immutableId(this.options.path);
    if (this.dollarName !== undefined && !scope.isInsert) {
      throw dollarPrefixedField(this.dollarName);
    }
  }

  creates(scope: UpdateScope): boolean {
    if (this.leaf.create === undefined || (this.options.isInsertOnly && !scope.isInsert)) {
      return false;
    }
    return this.leaf.creates === undefined || this.leaf.creates(scope);
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    this.leaf.create!(scope, name);
  }

  refuse(scope: UpdateScope, elementAt: number, part: string): void {
    if (this.leaf.ignoresBlockedPath === true) return;
    if (this.leaf.create === undefined) {
      throw new CommandError(
        ErrorCode.PathNotViable,
        `Cannot use the part (${part}) of (${this.options.path}) to traverse the element ` +
          `({${elementText(scope.bytes, elementAt)}})`,
      );
    }
    if (!this.creates(scope)) return;
    throw new CommandError(
      ErrorCode.PathNotViable,
      `Cannot create field '${part}' in element {${elementText(scope.bytes, elementAt)}}`,
    );
  }

  mergeWith(_other: UpdateNode, path: string): UpdateNode {
    throw mergeConflict(path);
  }
}

interface Child {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly node: UpdateNode;
}

/** A field whose sub-fields are updated: a document, or an array by index. */
export class ObjectNode implements UpdateNode {
  private readonly children: Child[] = [];
  private readonly byName = new Map<string, number>();
  private positional: UpdateNode | undefined;
  /** Children with the positional one in its place, by matched index. */
  private readonly merged = new Map<number, ObjectNode>();

  constructor(readonly path: string) {}

  get(part: string): UpdateNode | undefined {
    if (part === "$") return this.positional;
    const place = this.byName.get(part);
    return place === undefined ? undefined : this.children[place].node;
  }

  set(part: string, node: UpdateNode): void {
    if (part === "$") {
      this.positional = node;
      return;
    }
    const child = { name: part, bytes: nameBytes(part), index: arrayIndexOf(part), node };
    const known = this.byName.get(part);
    if (known !== undefined) {
      this.children[known] = child;
      return;
    }
    let place = this.children.length;
    while (place > 0 && compareNames(part, this.children[place - 1].name) < 0) place--;
    this.children.splice(place, 0, child);
    this.byName.clear();
    for (let i = 0; i < this.children.length; i++) this.byName.set(this.children[i].name, i);
  }

  applyTo(scope: UpdateScope, elementAt: number, valueAt: number): void {
    if (this.positional !== undefined) {
      return this.withPositional(scope).applyTo(scope, elementAt, valueAt);
    }
    const type = elementAt === ROOT ? BsonType.Document : scope.bytes[elementAt];
    if (type !== BsonType.Document && type !== BsonType.Array) {
      for (const child of this.children) child.node.refuse(scope, elementAt, child.name);
      return;
    }
    const { edits } = scope;
    const before = edits.delta;
    if (type === BsonType.Document) this.applyToDocument(scope, elementAt, valueAt);
    else this.applyToArray(scope, elementAt, valueAt);
    const growth = edits.delta - before;
    if (growth !== 0) edits.setLength(valueAt, readInt32(scope.bytes, valueAt) + growth);
  }

  private applyToDocument(scope: UpdateScope, elementAt: number, start: number): void {
    const { bytes, edits, arena } = scope;
    const { children } = this;
    const end = start + readInt32(bytes, start) - 1;
    const located = children.length > MANY_CHILDREN ? this.locate(bytes, start, end) : undefined;
    for (let i = 0; i < children.length; i++) {
      const child = children[i];
      const at = located === undefined ? findElement(bytes, start, child.bytes) : located[i];
      if (at >= 0) {
        child.node.applyTo(scope, at, at + child.bytes.length + 2, false);
      } else if (child.node.creates(scope)) {
        const from = arena.length;
        child.node.create(scope, child.bytes);
        this.checkCreated(scope, elementAt, child.name);
        edits.insertFromArena(end, from);
      }
    }
  }

  private checkCreated(scope: UpdateScope, elementAt: number, name: string): void {
    if (elementAt === ROOT) {
      // What an upsert inserts may have such names, as what an insert stores.
      if (name[0] === "$" && !scope.isInsert) throw dollarPrefixedField(name);
    } else if (this.path === "_id" || this.path.startsWith("_id.")) {
      throw immutableId(`${this.path}.${name}`);
    }
  }

  /** The type byte's offset for each child, -1 for a missing one. */
  private locate(bytes: Uint8Array, start: number, end: number): Int32Array {
    const located = new Int32Array(this.children.length).fill(-1);
    let at = start + 4;
    while (at < end) {
      const nameEnd = cstringEnd(bytes, at + 1);
      const place = this.byName.get(readText(bytes, at + 1, nameEnd));
      if (place !== undefined && located[place] < 0) located[place] = at;
      at = valueEnd(bytes, bytes[at], nameEnd + 1);
    }
    return located;
  }

  private applyToArray(scope: UpdateScope, elementAt: number, start: number): void {
    const { bytes, edits, arena } = scope;
    const end = start + readInt32(bytes, start) - 1;
    let at = start + 4;
    let index = 0;
    let last = -1;
    for (const child of this.children) {
      if (child.index < 0) {
        child.node.refuse(scope, elementAt, child.name);
        continue;
      }
      // "1" and "01" are one element.
      if (child.index === last) throw pathConflict(`${this.path}.${child.name}`, this.path);
      last = child.index;
      if (child.index < index && at <= end) {
        at = start + 4;
        index = 0;
      }
      while (at < end && index < child.index) {
        at = valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
        index++;
      }
      if (at < end) {
        child.node.applyTo(scope, at, cstringEnd(bytes, at + 1) + 1, true);
      } else if (child.node.creates(scope)) {
        const from = arena.length;
        index = padTo(scope, index, child.index);
        child.node.create(scope, nameBytes(String(child.index)));
        edits.insertFromArena(end, from);
        index++;
      }
    }
  }

  creates(scope: UpdateScope): boolean {
    if (this.positional !== undefined) return this.withPositional(scope).creates(scope);
    return this.children.some((child) => child.node.creates(scope));
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    if (this.positional !== undefined) return this.withPositional(scope).create(scope, name);
    scope.arena.header(BsonType.Document, name);
    const mark = scope.arena.open();
    for (const child of this.children) {
      if (child.node.creates(scope)) child.node.create(scope, child.bytes);
    }
    scope.arena.close(mark);
  }

  refuse(scope: UpdateScope, elementAt: number, part: string): void {
    if (this.positional !== undefined) {
      return this.withPositional(scope).refuse(scope, elementAt, part);
    }
    for (const child of this.children) child.node.refuse(scope, elementAt, part);
  }

  /** This node with the positional child under the index the filter matched. */
  private withPositional(scope: UpdateScope): ObjectNode {
    const { arrayIndex } = scope;
    if (arrayIndex < 0) {
      throw new CommandError(
        ErrorCode.BadValue,
        "The positional operator did not find the match needed from the query.",
      );
    }
    let merged = this.merged.get(arrayIndex);
    if (merged === undefined) {
      merged = new ObjectNode(this.path);
      for (const child of this.children) merged.set(child.name, child.node);
      const name = String(arrayIndex);
      const existing = merged.get(name);
      merged.set(
        name,
        existing === undefined
          ? this.positional!
          : existing.mergeWith(this.positional!, `${this.path}.${name}`),
      );
      if (this.merged.size >= MAX_MERGED) this.merged.clear();
      this.merged.set(arrayIndex, merged);
    }
    return merged;
  }

  mergeWith(other: UpdateNode, path: string): UpdateNode {
    if (!(other instanceof ObjectNode)) throw mergeConflict(path);
    const merged = new ObjectNode(path);
    for (const child of this.children) merged.set(child.name, child.node);
    merged.positional = this.positional;
    for (const child of other.children) mergeChild(merged, child.name, child.node, path);
    if (other.positional !== undefined) mergeChild(merged, "$", other.positional, path);
    return merged;
  }
}

function mergeChild(target: ObjectNode, part: string, node: UpdateNode, path: string): void {
  const existing = target.get(part);
  target.set(part, existing === undefined ? node : existing.mergeWith(node, `${path}.${part}`));
}

/** Writes nulls for the elements from `index` up to `target`. */
function padTo(scope: UpdateScope, index: number, target: number): number {
  if (target - index > MAX_BACKFILL_ELEMENTS) {
    throw new CommandError(
      ErrorCode.CannotBackfillArray,
      `can't backfill more than ${MAX_BACKFILL_ELEMENTS} elements`,
    );
  }
  while (index < target) scope.arena.indexHeader(BsonType.Null, index++);
  return index;
}

function immutableId(path: string): CommandError {
  return new CommandError(
    ErrorCode.ImmutableField,
    `Performing an update on the path '${path}' would modify the immutable field '_id'`,
  );
}

/** The error for a top-level field whose name begins with `$`. */
export function dollarPrefixedField(name: string): CommandError {
  return new CommandError(
    ErrorCode.DollarPrefixedFieldName,
    `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an ` +
      "update's replacement document. Consider using an aggregation pipeline with $replaceWith.",
  );
}

// The part of the update tree for `$[]` and `$[id]`: the elements of an array, all or those a filter accepts.
//
// Elements are tested as they were before the update. When several identifiers accept one element their updates are
// merged into one node for it, which fails if they touch the same field.

import { CommandError, ErrorCode } from "../../error.ts";
import { BsonType } from "../../bson/type.ts";
import { cstringEnd, readInt32, valueEnd } from "../../bson/read.ts";
import type { ElementMatcher } from "./element_matcher.ts";
import { mergeConflict } from "./update_path.ts";
import { elementText, type UpdateScope } from "./update_scope.ts";
import type { UpdateNode } from "./update_tree.ts";

interface FilteredChild {
  readonly identifier: string;
  /** undefined for `$[]`. */
  readonly matches: ElementMatcher | undefined;
  readonly node: UpdateNode;
}

export class ArrayNode implements UpdateNode {
  private readonly children: FilteredChild[] = [];
  private readonly merged = new Map<string, UpdateNode>();

  constructor(
    readonly path: string,
    private readonly filters: ReadonlyMap<string, ElementMatcher>,
  ) {}

  get(identifier: string): UpdateNode | undefined {
    return this.children.find((child) => child.identifier === identifier)?.node;
  }

  set(identifier: string, node: UpdateNode): void {
    const child = { identifier, matches: this.filters.get(identifier), node };
    const known = this.children.findIndex((other) => other.identifier === identifier);
    if (known >= 0) this.children[known] = child;
    else this.children.push(child);
    this.children.sort((a, b) => a.identifier < b.identifier ? -1 : 1);
  }

  applyTo(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes, edits } = scope;
    if (bytes[elementAt] !== BsonType.Array) {
      throw new CommandError(
        ErrorCode.BadValue,
        `Cannot apply array updates to non-array element ${elementText(bytes, elementAt)}`,
      );
    }
    const before = edits.delta;
    const end = valueAt + readInt32(bytes, valueAt) - 1;
    let index = 0;
    for (let at = valueAt + 4; at < end; index++) {
      const innerAt = cstringEnd(bytes, at + 1) + 1;
      const next = valueEnd(bytes, bytes[at], innerAt);
      this.nodeFor(bytes, at, innerAt, next, index)?.applyTo(scope, at, innerAt, true);
      at = next;
    }
    const growth = edits.delta - before;
    if (growth !== 0) edits.setLength(valueAt, readInt32(bytes, valueAt) + growth);
  }

  /** The update for one element: none, one child's, or several merged. */
  private nodeFor(
    bytes: Uint8Array,
    elementAt: number,
    valueAt: number,
    end: number,
    index: number,
  ): UpdateNode | undefined {
    let found: UpdateNode | undefined;
    let key = "";
    for (const child of this.children) {
      const { matches } = child;
      if (matches !== undefined && !matches(bytes, bytes[elementAt], valueAt, end)) continue;
      if (found === undefined) {
        found = child.node;
        key = child.identifier;
        continue;
      }
      key += `,${child.identifier}`;
      let merged = this.merged.get(key);
      if (merged === undefined) {
        merged = found.mergeWith(child.node, `${this.path}.${index}`);
        this.merged.set(key, merged);
      }
      found = merged;
    }
    return found;
  }

  creates(): boolean {
    return true;
  }

  create(): void {
    throw this.mustExist();
  }

  refuse(): void {
    throw this.mustExist();
  }

  private mustExist(): CommandError {
    return new CommandError(
      ErrorCode.BadValue,
      `The path '${this.path}' must exist in the document in order to apply array updates.`,
    );
  }

  mergeWith(other: UpdateNode, path: string): UpdateNode {
    if (!(other instanceof ArrayNode)) throw mergeConflict(path);
    const merged = new ArrayNode(path, this.filters);
    for (const child of this.children) merged.set(child.identifier, child.node);
    for (const child of other.children) {
      const existing = merged.get(child.identifier);
      merged.set(
        child.identifier,
        existing === undefined
          ? child.node
          : existing.mergeWith(child.node, `${path}.$[${child.identifier}]`),
      );
    }
    return merged;
  }
}

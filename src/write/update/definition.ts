// What an update operator is: its name, its help, and how one `path: argument` of it becomes a leaf of the update tree.
//
// An operator touches its family's file and its test only; all.ts lists them. The tree (update_tree.ts) finds the
// field, the leaf changes it by recording edits on the scope.

import type { RawElement, RawValue } from "../../bson/read.ts";
import type { QueryContext } from "../../query/definition.ts";
import type { UpdateScope } from "./update_scope.ts";

/** One operator applied to one path, compiled. */
export interface UpdateLeaf {
  /** The field exists: its type byte at `elementAt`, its value at `valueAt`. `inArray`: it is an array's element. */
  update(scope: UpdateScope, elementAt: number, valueAt: number, inArray: boolean): void;
  /** Writes the element of a field that is missing to the arena. Operators without it do not create fields. */
  create?(scope: UpdateScope, name: Uint8Array): void;
  /** False when `create` would have nothing to do for this document. */
  creates?(scope: UpdateScope): boolean;
  /** A path that leads through a scalar is no error (`$unset`). */
  readonly ignoresBlockedPath?: boolean;
  /** The field may have a name that is refused for stored fields, because it is only removed. */
  readonly onlyRemoves?: boolean;
  /** Levels of nesting the stored value may have; Infinity when that is known only per document. */
  readonly valueDepth?: number;
}

/** What an operator's `compile` gets besides the argument. */
export interface LeafContext {
  readonly query: QueryContext;
  /** The dotted path of the field as the update spells it. */
  readonly path: string;
}

/** A leaf and the dotted path where it goes. */
export interface PlacedLeaf {
  readonly path: string;
  readonly leaf: UpdateLeaf;
}

export interface UpdateOperatorDefinition {
  readonly name: string;
  readonly help: string;
  /** Does something only when an upsert inserts. */
  readonly insertOnly?: boolean;
  /** The leaf of one `path: argument`. */
  compile?(argument: RawElement, context: LeafContext): UpdateLeaf;
  /** Instead of `compile`, for an operator that touches more paths than the one it names (`$rename`). */
  place?(argument: RawElement, context: LeafContext): PlacedLeaf[];
}

export type { RawElement, RawValue };

// What compiling an update takes and gives, whatever its kind: operators, a replacement or a pipeline.

import type { QueryContext } from "../../query/definition.ts";

export interface UpdateOptions {
  readonly context: QueryContext;
  readonly arrayFilters?: readonly Uint8Array[] | undefined;
  /** `multi: true`, which replacements refuse. */
  readonly isMulti?: boolean;
  /** `c`: variables for pipelines, as values. */
  readonly constants?: Uint8Array | undefined;
  /** The server's clock for `$currentDate` and Timestamp(0, 0); by default the wall clock. */
  readonly nextTimestamp?: (() => bigint) | undefined;
}

/** What the filter found in a document. */
export interface UpdateMatch {
  /** The index of the array element the filter matched, for the positional `$`; -1: none. */
  readonly arrayIndex: number;
}

export type UpdateKind = "operators" | "replacement" | "pipeline";

export interface CompiledUpdate {
  readonly kind: UpdateKind;
  readonly isReplacement: boolean;
  /** True when the positional `$` is used, so that `match` must be found. */
  readonly needsArrayIndex: boolean;
  /** Top-level fields that may change; undefined: any. */
  readonly changedFields: ReadonlySet<string> | undefined;
  /** The changed document in a buffer of its own; null when nothing changes. */
  apply(document: Uint8Array, match: UpdateMatch, isInsert: boolean): Uint8Array | null;
}

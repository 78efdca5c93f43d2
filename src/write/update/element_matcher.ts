// Filters on one value instead of a document: for `$pull` and arrayFilters.
//
// The value is put into a scratch document `{ <field>: value }` and the filter, which names that field, is asked. So
// all of the query language works on elements, with its own rules for arrays and null.

import { nameBytes } from "../../bson/read.ts";
import type { QueryContext } from "../../query/definition.ts";
import { compileQuery, SPECIAL_FEATURES } from "../../query/filter.ts";
import { ByteArena } from "./byte_arena.ts";

/** Whether the value at `at`, ending at `end`, is accepted. */
export type ElementMatcher = (bytes: Uint8Array, type: number, at: number, end: number) => boolean;

/** The matcher of a filter whose paths all begin with `field`. */
export function compileElementMatcher(
  filter: Uint8Array,
  field: string,
  context: QueryContext,
): ElementMatcher {
  const { matches } = compileQuery(filter, {
    ...context,
    refuse: SPECIAL_FEATURES,
  });
  const name = nameBytes(field);
  const scratch = new ByteArena(256);
  return (bytes, type, at, end) => {
    scratch.length = 0;
    const mark = scratch.open();
    scratch.header(type, name);
    scratch.copy(bytes, at, end);
    scratch.close(mark);
    return matches(scratch.bytes, 0);
  };
}

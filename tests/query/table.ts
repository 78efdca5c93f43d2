// Tables of tests for filters: [filter, document, expected answer or error code].

import assert from "node:assert/strict";
import { BSON } from "bson";
import { CommandError } from "../../src/error.ts";
import { compileQuery, type QueryContext } from "../../src/query/filter.ts";

export type Row = readonly [filter: unknown, document: unknown, expected: boolean | number];

/** Raw BSON of a literal; raw bytes pass through. */
export function bson(document: unknown): Uint8Array {
  if (document instanceof Uint8Array) return document;
  // A copy without npm:bson's pool offset: documents start at 0 of their own array.
  return new Uint8Array(BSON.serialize(document as BSON.Document, { ignoreUndefined: false }));
}

export const CONTEXT: QueryContext = { now: 0n };

/** Whether the document matches, or the code of the error. */
export function answer(
  filter: unknown,
  document: unknown,
  context: QueryContext = CONTEXT,
): boolean | number {
  try {
    return compileQuery(bson(filter), context).matches(bson(document), 0);
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}

/** One test per table; a failing row is named in the message. */
export function table(
  name: string,
  rows: readonly Row[],
  context: QueryContext = CONTEXT,
): void {
  Deno.test(name, () => {
    for (const [filter, document, expected] of rows) {
      const shown = `${Deno.inspect(filter, { depth: 9 })} on ${
        Deno.inspect(document, { depth: 9 })
      }`;
      assert.equal(answer(filter, document, context), expected, shown);
      if (typeof expected === "number") continue;
      // In the middle of a buffer the answer is the same.
      const bytes = bson(document);
      const moved = new Uint8Array(bytes.length + 12).fill(7);
      moved.set(bytes, 5);
      assert.equal(compileQuery(bson(filter), context).matches(moved, 5), expected, shown);
    }
  });
}

/** The message of the error a filter is refused with. */
export function refusal(filter: unknown, context: QueryContext = CONTEXT): string {
  try {
    compileQuery(bson(filter), context);
  } catch (error) {
    if (error instanceof CommandError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
}

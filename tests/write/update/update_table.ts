// How the tables of update tests are run: each row is an update, a document, and the document or error that comes out.
//
// Documents are written as JavaScript literals and encoded by npm:bson (integers are int32); results are compared as
// bytes, so field order and number types count. `null` as the expected result stands for "nothing changes".

import assert from "node:assert/strict";
import { deserialize, serialize } from "bson";
import { CommandError } from "../../../src/error.ts";
import { BsonType } from "../../../src/bson/type.ts";
import { type CompiledUpdate, compileUpdate } from "../../../src/write/update/compile_update.ts";
import { validateDocument } from "../../../src/bson/validate.ts";

// deno-lint-ignore no-explicit-any
export type Literal = any;

export interface CaseOptions {
  readonly arrayFilters?: readonly Literal[];
  readonly arrayIndex?: number;
  readonly isInsert?: boolean;
  readonly isMulti?: boolean;
  readonly constants?: Literal;
  readonly let?: Literal;
  readonly nextTimestamp?: () => bigint;
}

/** An update, a document, the expected document, null for "no change", or an error's code and text. */
export type Row = readonly [Literal, Literal, Literal, CaseOptions?];

/** The expected error of a row. */
export class Refused {
  constructor(readonly code: number, readonly message?: string) {}
}

export function refused(code: number, message?: string): Refused {
  return new Refused(code, message);
}

export const NOW = 1_700_000_000_000n;

export function encode(document: Literal): Uint8Array {
  return new Uint8Array(serialize(document, { ignoreUndefined: false }));
}

/** Compiles an update given as a literal. */
export function compile(update: Literal, options: CaseOptions = {}): CompiledUpdate {
  const bytes = encode({ u: update });
  const raw = Array.isArray(update)
    ? { bytes, type: BsonType.Array, at: 7 }
    : { bytes, type: bytes[4], at: 7 };
  return compileUpdate(raw, {
    context: { now: NOW, let: options.let === undefined ? undefined : encode(options.let) },
    arrayFilters: options.arrayFilters?.map(encode),
    isMulti: options.isMulti ?? false,
    constants: options.constants === undefined ? undefined : encode(options.constants),
    nextTimestamp: options.nextTimestamp,
  });
}

/** The document after the update, or null. */
export function applied(
  update: Literal,
  document: Literal,
  options: CaseOptions = {},
): Uint8Array | null {
  const match = { arrayIndex: options.arrayIndex ?? -1 };
  return compile(update, options).apply(encode(document), match, options.isInsert ?? false);
}

function shown(document: Uint8Array | null): string {
  return document === null ? "no change" : Deno.inspect(
    deserialize(document, { promoteValues: false, promoteBuffers: false }),
    { depth: 20 },
  );
}

export function checkRow([update, document, expected, options]: Row): void {
  const label = `${Deno.inspect(update, { depth: 9 })} on ${Deno.inspect(document, { depth: 9 })}`;
  if (expected instanceof Refused) {
    let result: Uint8Array | null;
    try {
      result = applied(update, document, options);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      assert.equal(error.code, expected.code, `${label}: ${error.message}`);
      if (expected.message !== undefined) assert.equal(error.message, expected.message, label);
      return;
    }
    assert.fail(`${label} gave ${shown(result)} instead of error ${expected.code}`);
  }
  const result = applied(update, document, options);
  if (result !== null) validateDocument(result, 0, result.length);
  const wanted = expected === null ? null : encode(expected);
  assert.deepEqual(shown(result), shown(wanted), label);
  assert.deepEqual(result, wanted, label);
}

/** One test for a table. */
export function table(name: string, rows: readonly Row[]): void {
  Deno.test(name, () => {
    for (const row of rows) checkRow(row);
  });
}

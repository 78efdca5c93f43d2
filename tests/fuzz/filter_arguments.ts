// Operators with arguments of the wrong type and in the wrong place: every filter either works or is refused with a
// CommandError; explain's form, positional index, bounds and failure details of what works never throw.

import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";
import { CommandError } from "../../src/error.ts";
import { boundsFor } from "../../src/query/bounds.ts";
import { equalities } from "../../src/query/equalities.ts";
import { explainFailure } from "../../src/query/explain_failure.ts";
import { compileQuery } from "../../src/query/filter.ts";
import { queryOperators } from "../../src/query/operators/all.ts";
import { compilePositional } from "../../src/query/positional.ts";
import { serialize } from "../../src/query/serialize.ts";

const SCALARS: readonly unknown[] = [
  new MinKey(),
  null,
  0,
  -1,
  3,
  new Double(2.5),
  NaN,
  Infinity,
  Long.fromString("9223372036854775807"),
  Decimal128.fromString("1E+6000"),
  Decimal128.fromString("NaN"),
  "",
  "a",
  "$a",
  new Binary(Uint8Array.from([1, 2]), 4),
  new ObjectId("64b000000000000000000001"),
  true,
  new Date(0),
  new Timestamp({ t: 1, i: 1 }),
  new BSONRegExp("a+", "i"),
  new BSONRegExp("(", ""),
  new Code("x"),
  new MaxKey(),
];
const NAMES = [
  ...new Set(queryOperators.map(({ name }) => name)),
  "$foo",
  "$size",
  "minimum",
  "type",
  "properties",
  "items",
  "a",
  "a.b",
  "a.0",
  "b",
  "",
  "__proto__",
];

/** Throws when anything but a CommandError comes out of a filter. */
export function fuzzFilterArguments(seed: number, cases: number): void {
  let state = seed >>> 0 || 1;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const makeValue = (depth: number): unknown => {
    const kind = depth > 0 ? below(4) : 0;
    if (kind === 2) return Array.from({ length: below(3) }, () => makeValue(depth - 1));
    if (kind === 3) return makeDocument(depth - 1);
    return SCALARS[below(SCALARS.length)];
  };
  const makeDocument = (depth: number): Map<string, unknown> => {
    const document = new Map<string, unknown>();
    for (let i = below(3); i >= 0; i--) document.set(NAMES[below(NAMES.length)], makeValue(depth));
    return document;
  };
  for (let i = 0; i < cases; i++) {
    const filter = new Uint8Array(BSON.serialize(makeDocument(4)));
    const document = new Uint8Array(BSON.serialize(makeDocument(3)));
    try {
      exercise(filter, document);
    } catch (error) {
      if (error instanceof CommandError && error.code !== 1) continue;
      const shown = JSON.stringify(BSON.EJSON.serialize(BSON.deserialize(filter)));
      throw new Error(`seed ${seed} case ${i}: ${shown}`, { cause: error });
    }
  }
}

function exercise(filter: Uint8Array, document: Uint8Array): void {
  const { expression, matches } = compileQuery(filter, { now: 0n });
  const matched = matches(document, 0);
  serialize(expression);
  equalities(expression);
  compilePositional(expression)(document, 0);
  boundsFor(expression, false);
  boundsFor(expression, true);
  if (!matched) explainFailure(expression, document);
}

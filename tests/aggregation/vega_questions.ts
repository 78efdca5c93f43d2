// Asking a server questions about the tables of vega_data.ts, and what the answers in plain TypeScript are made of.
//
// Sums of doubles come out of the two sides in different orders of adding: numbers count as equal when they differ by less
// than one part in 10^10.

import assert from "node:assert/strict";
import type { Document } from "bson";
import { withServer } from "../commands/harness.ts";
import type { Question } from "./shop_questions.ts";

export type { Question } from "./shop_questions.ts";

const TOLERANCE = 1e-10;
const BATCH = 1000;

/** A collection by name: its rows, and the fields that get an index in the second round. */
export interface Table {
  readonly name: string;
  readonly rows: readonly object[];
  readonly indexes?: readonly Document[];
}

/** One test per round: without and with indexes. */
export function askAbout(
  subject: string,
  tables: readonly Table[],
  questions: readonly Question[],
): void {
  for (const round of ["", ", with indexes"]) {
    Deno.test(`${subject}${round}`, () =>
      withServer(async (server) => {
        for (const { name, rows, indexes } of tables) {
          for (let at = 0; at < rows.length; at += BATCH) {
            const documents = rows.slice(at, at + BATCH);
            const reply = await server.command("vega", { insert: name, documents });
            assert.equal(reply.n, documents.length, reply.errmsg);
          }
          if (round === "" || indexes === undefined) continue;
          const specs = indexes.map((key) => ({ key, name: Object.entries(key).flat().join("_") }));
          const reply = await server.command("vega", { createIndexes: name, indexes: specs });
          assert.equal(reply.ok, 1, reply.errmsg);
        }
        for (const [name, collection, pipeline, answer] of questions) {
          const reply = await server.command("vega", {
            aggregate: collection,
            pipeline,
            cursor: { batchSize: 100_000 },
          });
          assert.equal(reply.ok, 1, `${name}: ${reply.errmsg}`);
          const expected = answer();
          assert.ok(expected.length > 0, `${name}: a question without an answer tests nothing`);
          assertNear(reply.cursor.firstBatch, expected, name);
        }
      }));
  }
}

function isNear(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b), 1);
}

/** Deep equality in which numbers may differ a little. */
function assertNear(actual: unknown, expected: unknown, at: string): void {
  if (typeof expected === "number" && typeof actual === "number") {
    assert.ok(isNear(actual, expected), `${at}: ${actual} instead of ${expected}`);
    return;
  }
  const isPlain = typeof expected === "object" && expected !== null && !(expected instanceof Date);
  if (!isPlain || typeof actual !== "object" || actual === null) {
    assert.deepEqual(actual, expected, at);
    return;
  }
  assert.deepEqual(Object.keys(actual), Object.keys(expected), at);
  for (const [name, value] of Object.entries(expected)) {
    assertNear((actual as Document)[name], value, `${at}.${name}`);
  }
}

export function mean(list: readonly number[]): number {
  return list.reduce((total, one) => total + one, 0) / list.length;
}

/** Of the middle pair the smaller one, as $median takes it. */
export function median(list: readonly number[]): number {
  return quantile(list, 0.5);
}

/** The smallest value that at least this share of the list does not exceed. */
export function quantile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

export function deviation(list: readonly number[]): number {
  const middle = mean(list);
  return Math.sqrt(mean(list.map((one) => (one - middle) ** 2)));
}

export function isNumber(value: number | null): value is number {
  return value !== null;
}

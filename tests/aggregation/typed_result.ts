// Results of pipelines as short text that shows BSON types, for tables where int, long and double must not be mixed up:
// `1` int, `1n` long, `1.0` double, `dec(1.5)` decimal (tests/expression/evaluation.ts).

import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { decodeValue } from "../../src/bson/decode.ts";
import { getField } from "../../src/bson/read.ts";
import { CommandError } from "../../src/error.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { show } from "../expression/evaluation.ts";
import { contextOf, pipelineOf, type RunOptions, sourceOf } from "./fixture.ts";

/** The documents a pipeline gives, raw. */
export async function runRaw(
  stages: readonly Document[],
  documents: readonly Document[],
  options: RunOptions = {},
): Promise<Uint8Array[]> {
  const context = contextOf(options);
  const parsed = parsePipeline(pipelineOf(stages), context);
  return await collect(
    parsed.reduce((stream, stage) => stage.open(stream, context), sourceOf(documents)),
  );
}

/** A field of each result, as text. */
export async function typedField(
  field: string,
  stages: readonly Document[],
  documents: readonly Document[],
  options: RunOptions = {},
): Promise<string[]> {
  return (await runRaw(stages, documents, options)).map((document) => {
    const value = getField(document, field);
    return value === undefined ? "missing" : show(decodeValue(value));
  });
}

/** The value of an accumulator over the values of `v`; undefined among them is a missing field. */
export async function gathered(
  accumulator: Document,
  values: readonly unknown[],
  options: RunOptions = {},
): Promise<string> {
  const documents = values.map((v, i) => v === undefined ? { i } : { i, v });
  const [text] = await typedField(
    "r",
    [{ $group: { _id: null, r: accumulator } }],
    documents,
    options,
  );
  return text;
}

/** Accumulator, values of `v`, and the value as text or the error's code. */
export type GatherRow = readonly [
  accumulator: Document,
  values: readonly unknown[],
  expected: string | number,
];

/** One test per table of accumulators. */
export function testGathered(name: string, rows: readonly GatherRow[], options: RunOptions = {}) {
  Deno.test(name, async () => {
    for (const [accumulator, values, expected] of rows) {
      const row = `${BSON.EJSON.stringify(accumulator)} of ${Deno.inspect(values, { depth: 5 })}`;
      await checkOutcome(() => gathered(accumulator, values, options), expected, row);
    }
  });
}

/** Checks a text, or the code of the error. */
export async function checkOutcome(
  outcome: () => Promise<string>,
  expected: string | number,
  row: string,
): Promise<void> {
  let actual: string | number;
  let message = "";
  try {
    actual = await outcome();
  } catch (error) {
    if (!(error instanceof CommandError)) throw new Error(row, { cause: error });
    actual = error.code;
    message = error.message;
  }
  assert.equal(actual, expected, `${row} ${message}`);
}

/** Documents `{ t: 0, v: first }, { t: 1, v: second }, ...`. */
export function series(values: readonly unknown[]): Document[] {
  return values.map((v, t) => v === undefined ? { t } : { t, v });
}

/** The answers of a window function over a series, in the order of `t`, separated by spaces. */
export async function windowed(
  output: Document,
  documents: readonly Document[],
  stage: Document = {},
  options: RunOptions = {},
): Promise<string> {
  const spec = { sortBy: { t: 1 }, output: { r: output }, ...stage };
  return (await typedField("r", [{ $setWindowFields: spec }], documents, options)).join(" ");
}

/** Window function, values of the series, the answers or the error's code; further fields of the stage. */
export type WindowRow = readonly [
  output: Document,
  values: readonly unknown[],
  expected: string | number,
  stage?: Document,
];

export function testWindows(name: string, rows: readonly WindowRow[]): void {
  Deno.test(name, async () => {
    for (const [output, values, expected, stage] of rows) {
      const row = `${BSON.EJSON.stringify(output)} of ${Deno.inspect(values, { depth: 5 })}`;
      await checkOutcome(() => windowed(output, series(values), stage), expected, row);
    }
  });
}

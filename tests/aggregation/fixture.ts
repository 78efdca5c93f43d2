// What the aggregation tests share: pipelines over literal documents, without a collection.

import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { parseCollation } from "../../src/bson/collation.ts";
import type { PipelineContext } from "../../src/aggregation/definition.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { CommandError } from "../../src/error.ts";
import { ExpressionCompiler } from "../../src/expression/expression.ts";
import { Batch, EMPTY_BATCH } from "../../src/stream/batch.ts";
import { DEFAULT_MEMORY_LIMITS, type MemoryLimits } from "../../src/stream/memory_limits.ts";
import { BatchesStream, collect, type DocumentStream } from "../../src/stream/document_stream.ts";

export function bson(literal: Document): Uint8Array {
  return new Uint8Array(BSON.serialize(literal, { ignoreUndefined: false }));
}

/** A raw array of stages. */
export function pipelineOf(stages: readonly Document[]): Uint8Array {
  return bson(Object.fromEntries(stages.map((stage, i) => [String(i), stage])));
}

export interface RunOptions {
  readonly collation?: Document;
  readonly let?: Document;
  readonly allowDiskUse?: boolean;
  /** What the blocking stages and joins may hold in memory. */
  readonly memoryLimitBytes?: number;
  readonly limits?: Partial<MemoryLimits>;
  /** False: the pipeline as it is written, without the optimizer. */
  readonly optimize?: boolean;
  /** Documents of other collections. */
  readonly others?: Record<string, readonly Document[]>;
}

function limitsOf(bytes: number | undefined): MemoryLimits {
  if (bytes === undefined) return DEFAULT_MEMORY_LIMITS;
  return {
    ...DEFAULT_MEMORY_LIMITS,
    sortBytes: bytes,
    groupBytes: bytes,
    bucketAutoBytes: bytes,
    windowBytes: bytes,
    lookupCacheBytes: bytes,
  };
}

export function contextOf(options: RunOptions = {}): PipelineContext {
  const collation = options.collation === undefined
    ? undefined
    : parseCollation(bson(options.collation));
  const letDocument = options.let === undefined ? undefined : bson(options.let);
  const now = 1_700_000_000_000n;
  const compiler = new ExpressionCompiler({ let: letDocument, now, collation });
  return {
    database: "t",
    namespace: "t.c",
    query: { collation, let: letDocument, now, expressionCompiler: compiler },
    compiler,
    allowDiskUse: options.allowDiskUse ?? true,
    limits: { ...limitsOf(options.memoryLimitBytes), ...options.limits },
    ...(options.optimize === undefined ? {} : { optimize: options.optimize }),
    parse: parsePipeline,
    place: "top",
    sources: {
      open(namespace, pipeline, context): DocumentStream {
        const documents = options.others?.[namespace.slice(2)] ?? [];
        return openStages(parsePipeline(pipeline, context), sourceOf(documents), context);
      },
    },
  };
}

/** Documents in batches of two with an empty one between, so that batch borders are met. */
export function sourceOf(documents: readonly Document[]): DocumentStream {
  const batches: Batch[] = [];
  for (let i = 0; i < documents.length; i += 2) {
    batches.push(Batch.of(documents.slice(i, i + 2).map(bson)), EMPTY_BATCH);
  }
  return new BatchesStream(batches);
}

function openStages(
  stages: ReturnType<typeof parsePipeline>,
  source: DocumentStream,
  context: PipelineContext,
): DocumentStream {
  return stages.reduce((stream, stage) => stage.open(stream, context), source);
}

/** Runs stages over documents; int64 and doubles come back as they are on the wire. */
export async function run(
  stages: readonly Document[],
  documents: readonly Document[],
  options: RunOptions = {},
): Promise<Document[]> {
  const context = contextOf(options);
  const stream = openStages(
    parsePipeline(pipelineOf(stages), context),
    sourceOf(documents),
    context,
  );
  return (await collect(stream)).map((one) => BSON.deserialize(one, { promoteValues: true }));
}

/** A table row: stages, documents, and the result or the code of the error. */
export type Row = readonly [
  stages: readonly Document[],
  documents: readonly Document[],
  expected: readonly Document[] | number,
];

/** One test per row. */
export function testTable(name: string, rows: readonly Row[], options: RunOptions = {}): void {
  rows.forEach(([stages, documents, expected], i) => {
    Deno.test(`${name} ${i}: ${JSON.stringify(stages)}`, async () => {
      if (typeof expected === "number") {
        await assert.rejects(
          run(stages, documents, options),
          (error) =>
            error instanceof CommandError &&
            assert.equal(error.code, expected, error.message) === undefined,
        );
        return;
      }
      assert.deepEqual(await run(stages, documents, options), expected);
    });
  });
}

// $facet: several pipelines over the same input, read once; the result is one document with an array per pipeline.
//
// Each pipeline reads from a tap. When a batch of the input comes, every tap gets it in turn and its pipeline is asked until it
// wants more. Pipelines are pull streams, so a tap without a batch answers "still working" and notes that it was asked.
// The document is limited (MemoryLimits) while it is gathered (4031700).

import { BsonWriter } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import { documentOf, elements, isEmptyDocument, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { checkFieldName } from "../../expression/field_path.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../../stream/document_stream.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { DocumentList } from "../join/document_list.ts";

interface Facet {
  readonly name: string;
  readonly stages: readonly Stage[];
}

export const $facet: StageDefinition = {
  name: "$facet",
  help: "Several pipelines over the same input",
  notInFacet: true,
  parse(spec, context): Stage {
    const facets = parseFacets(spec, context);
    return {
      name: "$facet",
      given: spec,
      open(input, run): DocumentStream {
        const execution = new FacetExecution(input, facets, run);
        return new GeneratorStream(execution.run(), () => execution.close());
      },
    };
  },
};

function parseFacets(spec: RawElement, context: PipelineContext): Facet[] {
  if (spec.type !== BsonType.Document || isEmptyDocument(spec.bytes, spec.at)) {
    throw new CommandError(
      40169,
      `the $facet specification must be a non-empty object, but found: $facet: ${
        toShellText(spec)
      }`,
    );
  }
  return [...elements(spec.bytes, spec.at)].map((facet) => {
    checkFacetName(facet.name);
    checkFacetStages(facet);
    const inner = facetContext(context);
    return { name: facet.name, stages: context.parse(documentOf(facet), inner) };
  });
}

function facetContext(context: PipelineContext): PipelineContext {
  return { ...context, place: "facet", isInFacet: true };
}

function checkFacetName(name: string): void {
  try {
    checkFieldName(name);
    if (name.includes(".")) {
      throw new CommandError(
        16412,
        "FieldPath field names may not contain '.'. Consider using $getField or $setField.",
      );
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.code,
      "$facet pipeline names must follow the naming rules of field path expressions. :: caused by :: " +
        error.message,
    );
  }
}

function checkFacetStages(facet: RawElement): void {
  if (facet.type !== BsonType.Array) {
    throw new CommandError(
      40170,
      `arguments to $facet must be arrays, ${facet.name} is type ${typeName(facet.type)}`,
    );
  }
  for (const stage of elements(facet.bytes, facet.at)) {
    if (stage.type === BsonType.Document) continue;
    throw new CommandError(
      40171,
      `elements of arrays in $facet spec must be non-empty objects, ${facet.name} argument ` +
        `contained an element of type ${typeName(stage.type)}: ${stage.name}: ${
          toShellText(stage)
        }`,
    );
  }
}

/** Where a facet's pipeline reads from. */
class Tap implements DocumentStream {
  #batch: Batch | undefined;
  #isEnded = false;
  /** Asked for more than it had. */
  isStarved = false;
  /** Closed by its pipeline, which wants nothing more ($limit). */
  isClosed = false;

  offer(batch: Batch | null): void {
    this.isStarved = false;
    if (batch === null) this.#isEnded = true;
    else this.#batch = ownOffsets(batch);
  }

  next(): Batch | null {
    const batch = this.#batch;
    if (batch !== undefined) {
      this.#batch = undefined;
      return batch;
    }
    if (this.#isEnded || this.isClosed) return null;
    this.isStarved = true;
    return EMPTY_BATCH;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Stages narrow the offsets of a batch in place, so each pipeline needs its own. */
function ownOffsets(batch: Batch): Batch {
  return new Batch(
    batch.bytes,
    batch.starts.slice(0, batch.count),
    batch.count,
    batch.recordIds?.slice(0, batch.count),
  );
}

interface RunningFacet {
  readonly name: string;
  readonly tap: Tap;
  readonly stream: DocumentStream;
  readonly results: DocumentList;
  isDone: boolean;
}

class FacetExecution {
  readonly #input: DocumentStream;
  readonly #running: RunningFacet[];
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(input: DocumentStream, facets: readonly Facet[], context: PipelineContext) {
    this.#input = input;
    this.#limitBytes = context.limits.facetResultBytes;
    this.#running = facets.map(({ name, stages }) => {
      const tap = new Tap();
      const inner = facetContext(context);
      const stream = stages.reduce<DocumentStream>((one, stage) => stage.open(one, inner), tap);
      return { name, tap, stream, results: new DocumentList(), isDone: false };
    });
  }

  async *run(): AsyncGenerator<Batch> {
    while (this.#running.some(({ isDone }) => !isDone)) {
      const batch = await this.#input.next();
      if (batch === null || batch.count > 0) {
        for (const facet of this.#running) yield* this.#feed(facet, batch);
      }
      if (batch === null) break;
      yield EMPTY_BATCH;
    }
    yield this.#result();
  }

  /** Gives a batch to one pipeline and takes what comes out, until it wants more. */
  async *#feed(facet: RunningFacet, batch: Batch | null): AsyncGenerator<Batch> {
    if (facet.isDone) return;
    facet.tap.offer(batch);
    for (;;) {
      const next = facet.stream.next();
      const output = next instanceof Promise ? await next : next;
      if (output === null) {
        facet.isDone = true;
        return;
      }
      this.#gather(facet, output);
      if (facet.tap.isStarved) return;
      if (output.count === 0) yield EMPTY_BATCH;
    }
  }

  #gather(facet: RunningFacet, output: Batch): void {
    const before = facet.results.byteLength;
    facet.results.copyBatch(output);
    this.#bytes += facet.results.byteLength - before;
    if (this.#bytes <= this.#limitBytes) return;
    throw new CommandError(
      4031700,
      `document constructed by $facet is ${this.#bytes} bytes, which exceeds the limit of ` +
        `${this.#limitBytes} bytes`,
    );
  }

  #result(): Batch {
    const writer = new BsonWriter(this.#bytes + 1024);
    writer.startDocument();
    for (const { name, results } of this.#running) {
      writer.startArray(name);
      for (let i = 0; i < results.count; i++) {
        writer.document(undefined, results.bytesAt(i), results.startAt(i));
      }
      writer.end();
    }
    writer.end();
    return new Batch(writer.view(), Int32Array.of(0), 1);
  }

  close(): void {
    for (const { stream, results } of this.#running) {
      stream.close();
      results.clear();
    }
    this.#input.close();
  }
}

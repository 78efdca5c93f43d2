// $out into a time series: the documents as its measurements, in place of those that were there.
//
// A temporary collection of buckets is filled and takes the place of the old one at the end; the view over it is made when the
// series is new. An existing series keeps its options and indexes.

import { BsonWriter } from "../bson/encode.ts";
import { compareDocuments } from "../bson/compare.ts";
import { CommandError } from "../error.ts";
import type { TimeSeries } from "../storage/catalog.ts";
import type { Collection } from "../storage/collection.ts";
import { bucketsOptions } from "../storage/time_series_options.ts";
import { type Batch, EMPTY_BATCH } from "../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../stream/document_stream.ts";
import { bucketsNamespace, type TimeSeriesOptions } from "../timeseries/options.ts";
import { addSeriesIndex } from "../write/time_series_create.ts";
import { insertMeasurements } from "../write/time_series_insert.ts";
import type { PipelineServices } from "./services.ts";

export interface SeriesTarget {
  readonly namespace: string;
  /** What the stage says; undefined: nothing. */
  readonly asked: TimeSeriesOptions | undefined;
  /** The series that is there. */
  readonly known: TimeSeries | undefined;
  readonly services: PipelineServices;
}

/** The stream that replaces the series as it is read. */
export function openSeriesReplacement(
  input: DocumentStream,
  target: SeriesTarget,
): DocumentStream {
  const replacement = new SeriesReplacement(input, target);
  return new GeneratorStream(replacement.run(), () => replacement.close());
}

class SeriesReplacement {
  readonly #input: DocumentStream;
  readonly #target: SeriesTarget;
  #temporary: string | undefined;

  constructor(input: DocumentStream, target: SeriesTarget) {
    this.#input = input;
    this.#target = target;
  }

  async *run(): AsyncGenerator<Batch> {
    const { services, namespace } = this.#target;
    const options = this.#options();
    const buckets = await this.#createTemporary(options);
    for (;;) {
      const batch = await this.#input.next();
      if (batch === null) break;
      if (batch.count > 0) await this.#insert(buckets, options, batch);
      yield EMPTY_BATCH;
    }
    services.engine.definitions.replaceBuckets(this.#temporary!, namespace);
    this.#temporary = undefined;
  }

  /** Those of the series that is there, or what was asked for. Errors: 7268700, 7268701, 7406103. */
  #options(): TimeSeriesOptions {
    const { asked, known, namespace, services } = this.#target;
    if (known !== undefined) {
      const isSame = asked === undefined ||
        compareDocuments(asked.document, 0, known.options.document, 0) === 0;
      if (isSame) return known.options;
      throw new CommandError(
        7406103,
        "Time series options provided to $out do not match those of the existing collection " +
          namespace,
      );
    }
    const { catalog } = services.engine;
    if (catalog.view(namespace) !== undefined) {
      throw new CommandError(
        7268701,
        `Cannot create a time-series collection from a view: ${namespace}`,
      );
    }
    if (catalog.collection(namespace) !== undefined) {
      throw new CommandError(
        7268700,
        `Cannot create a time-series collection from a non time-series collection: ${namespace}`,
      );
    }
    return asked!;
  }

  async #createTemporary(options: TimeSeriesOptions): Promise<Collection> {
    const { known, namespace, services: { engine } } = this.#target;
    const database = namespace.slice(0, namespace.indexOf("."));
    const name = bucketsNamespace(`${database}.tmp.agg_out.${crypto.randomUUID()}`);
    engine.definitions.create(name, {
      options: known?.buckets.options.document ?? bucketsOptions(givenOptions(options), options),
    });
    this.#temporary = name;
    const buckets = engine.catalog.collection(name)!;
    if (known === undefined) {
      await addSeriesIndex(engine, buckets);
      return buckets;
    }
    const indexes = known.buckets.indexes.filter((index) => !index.isIdIndex);
    if (indexes.length > 0) {
      await engine.indexes.create(name, indexes.map((index) => index.spec.document));
    }
    return buckets;
  }

  async #insert(buckets: Collection, options: TimeSeriesOptions, batch: Batch): Promise<void> {
    const { engine, pacer } = this.#target.services;
    const { failures } = await insertMeasurements(
      engine,
      { buckets, options },
      (index) => batch.view(index),
      batch.count,
      { ordered: true, pacer },
    );
    if (failures.length > 0) throw failures[0].error;
  }

  close(): void {
    this.#input.close();
    if (this.#temporary === undefined) return;
    this.#target.services.engine.definitions.drop(this.#temporary);
    this.#temporary = undefined;
  }
}

function givenOptions(options: TimeSeriesOptions): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.document("timeseries", options.document);
  writer.end();
  return writer.bytes();
}

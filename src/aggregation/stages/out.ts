// $out: the documents as a collection, in place of the one that was there.
//
// They are written into a temporary collection with the options and indexes of the old one, which is renamed over it at the
// end: readers see the old collection or the new one. A pipeline that fails or is given up leaves the old one alone.
// With `timeseries`, or over a time series, measurements are written: series_replacement.ts.

import { documentOf, elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Collection } from "../../storage/collection.ts";
import type { Batch } from "../../stream/batch.ts";
import { EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../../stream/document_stream.ts";
import {
  checkSeriesFields,
  parseTimeSeriesOptions,
  type TimeSeriesOptions,
} from "../../timeseries/options.ts";
import { insertDocuments } from "../../write/insert.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { missingOption, unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { openSeriesReplacement } from "../series_replacement.ts";
import { type PipelineServices, servicesOf } from "../services.ts";
import {
  isInternalDatabase,
  isSystemCollection,
  isValidTarget,
  targetCollection,
  targetNamespace,
  type WriteTarget,
} from "../write_target.ts";

export const $out: StageDefinition = {
  name: "$out",
  help: "Replaces a collection by the documents",
  isWriter: true,
  parse(spec, context): Stage {
    const target = parseTarget(spec, context);
    checkTarget(target);
    const { series } = target;
    if (series !== undefined) checkSeriesFields(series, targetNamespace(target));
    return {
      name: "$out",
      given: spec,
      isWriter: true,
      open(input, run): DocumentStream {
        const services = servicesOf(run);
        const namespace = targetNamespace(target);
        const known = services.engine.catalog.timeSeries(namespace);
        if (series !== undefined || known !== undefined) {
          return openSeriesReplacement(input, { namespace, asked: series, known, services });
        }
        const replacement = new Replacement(input, namespace, services);
        return new GeneratorStream(replacement.run(), () => replacement.close());
      },
    };
  },
};

interface OutTarget extends WriteTarget {
  readonly series?: TimeSeriesOptions | undefined;
}

function parseTarget(spec: RawElement, context: PipelineContext): OutTarget {
  if (spec.type === BsonType.String) {
    return { database: context.database, collection: readString(spec.bytes, spec.at) };
  }
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      16990,
      `$out only supports a string or object argument, but found ${typeName(spec.type)}`,
    );
  }
  let { database } = context;
  let collection: string | undefined;
  let series: TimeSeriesOptions | undefined;
  for (const option of elements(spec.bytes, spec.at)) {
    if (option.name === "timeseries") {
      if (option.type !== BsonType.Document) {
        throw wrongOptionType("$out.timeseries", option.type, "object");
      }
      series = parseTimeSeriesOptions(documentOf(option), "$out.timeseries");
      continue;
    }
    if (option.name !== "db" && option.name !== "coll") throw unknownOption(`$out.${option.name}`);
    if (option.type !== BsonType.String) {
      throw wrongOptionType(`$out.${option.name}`, option.type, "string");
    }
    if (option.name === "db") database = readString(option.bytes, option.at);
    else collection = readString(option.bytes, option.at);
  }
  if (collection === undefined) throw missingOption("$out.coll");
  return { database, collection, series };
}

function checkTarget(target: WriteTarget): void {
  if (!isValidTarget(target)) {
    throw new CommandError(
      ErrorCode.InvalidNamespace,
      `Invalid $out target namespace, ${targetNamespace(target)}`,
    );
  }
  if (isSystemCollection(target)) {
    throw new CommandError(17385, `Can't $out to special collection: ${target.collection}`);
  }
  if (isInternalDatabase(target)) {
    throw new CommandError(31321, `Can't $out to internal database: ${target.database}`);
  }
}

/** One execution. */
class Replacement {
  readonly #input: DocumentStream;
  readonly #target: string;
  readonly #services: PipelineServices;
  #temporary: string | undefined;

  constructor(input: DocumentStream, target: string, services: PipelineServices) {
    this.#input = input;
    this.#target = target;
    this.#services = services;
  }

  async *run(): AsyncGenerator<Batch> {
    const { engine } = this.#services;
    const before = this.#lookAtTarget();
    const collection = await this.#createTemporary(before);
    for (;;) {
      const batch = await this.#input.next();
      if (batch === null) break;
      if (batch.count > 0) await this.#insert(collection, batch);
      yield EMPTY_BATCH;
    }
    this.#checkUnchanged(before);
    engine.definitions.rename(this.#temporary!, this.#target, true);
    this.#temporary = undefined;
  }

  #lookAtTarget(): Collection | undefined {
    const before = targetCollection(this.#services.engine.catalog, this.#target);
    if (before?.isCapped) {
      throw new CommandError(
        17152,
        `namespace '${this.#target}' is capped so it can't be used for $out`,
      );
    }
    return before;
  }

  async #createTemporary(before: Collection | undefined): Promise<Collection> {
    const { engine } = this.#services;
    const database = this.#target.slice(0, this.#target.indexOf("."));
    const name = `${database}.tmp.agg_out.${crypto.randomUUID()}`;
    engine.definitions.create(
      name,
      before === undefined ? {} : { options: before.options.document },
    );
    this.#temporary = name;
    const indexes = before?.indexes.filter((index) => !index.isIdIndex) ?? [];
    if (indexes.length > 0) {
      await engine.indexes.create(name, indexes.map((index) => index.spec.document));
    }
    return engine.catalog.collection(name)!;
  }

  async #insert(collection: Collection, batch: Batch): Promise<void> {
    const { engine, bypassDocumentValidation, pacer } = this.#services;
    const { failures } = await insertDocuments(
      engine,
      collection,
      (index) => batch.view(index),
      batch.count,
      {
        ordered: true,
        bypassDocumentValidation,
        pacer,
        warn: (message) => this.#services.warn(message),
      },
    );
    if (failures.length > 0) throw failures[0].error;
  }

  /** Somebody may have changed or replaced the collection meanwhile. */
  #checkUnchanged(before: Collection | undefined): void {
    const now = targetCollection(this.#services.engine.catalog, this.#target);
    if (now === before || before === undefined || now === undefined) return;
    throw new CommandError(
      ErrorCode.CommandFailed,
      `collection options of target collection ${this.#target} changed during processing`,
    );
  }

  close(): void {
    this.#input.close();
    if (this.#temporary === undefined) return;
    this.#services.engine.definitions.drop(this.#temporary);
    this.#temporary = undefined;
  }
}

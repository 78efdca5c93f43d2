// $collStats: one document about the collection: its size, its number of documents, how long operations on it took.
//
// mongosh's stats(), dataSize() and totalSize() are made of it. Counts of collection scans are not
// kept; they are shown empty.

import { BsonWriter } from "../../bson/encode.ts";
import { decodeValue } from "../../bson/decode.ts";
import { toShellText } from "../../bson/json.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Collection } from "../../storage/collection.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { rowsStream } from "../rows_stream.ts";
import { type OperationLatency, type PipelineServices, servicesOf } from "../services.ts";
import { writeSeriesStats, writeStorageStats } from "../storage_stats.ts";

/** What is asked for. */
interface CollStatsSpec {
  latency: { readonly histograms: boolean } | undefined;
  storage: { readonly scale: number } | undefined;
  count: boolean;
  queryExecStats: boolean;
}

export const $collStats: StageDefinition = {
  name: "$collStats",
  help: "Size, count and latencies of a collection",
  isFirstOnly: true,
  notInFacet: true,
  parse(spec): Stage {
    const asked = parseSpec(spec);
    return {
      name: "$collStats",
      given: spec,
      isSource: true,
      open(_input, context) {
        const services = servicesOf(context);
        return rowsStream(() => [statsRow(context.namespace, asked, services)]);
      },
    };
  },
};

function parseSpec(spec: RawElement): CollStatsSpec {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      5447000,
      `$collStats must take a nested object but found: $collStats: ${toShellText(spec)}`,
    );
  }
  const asked: CollStatsSpec = {
    latency: undefined,
    storage: undefined,
    count: false,
    queryExecStats: false,
  };
  for (const option of elements(spec.bytes, spec.at)) {
    if (!OPTIONS.has(option.name)) throw unknownOption(`$collStats.${option.name}`);
    if (option.type !== BsonType.Document) {
      throw wrongOptionType(`$collStats.${option.name}`, option.type, "object");
    }
    if (option.name === "latencyStats") asked.latency = parseLatency(option);
    else if (option.name === "storageStats") asked.storage = parseStorage(option);
    else if (option.name === "count") asked.count = true;
    else asked.queryExecStats = true;
  }
  return asked;
}

const OPTIONS: ReadonlySet<string> = new Set([
  "count",
  "latencyStats",
  "queryExecStats",
  "storageStats",
]);

function parseLatency(spec: RawElement): { histograms: boolean } {
  let histograms = false;
  for (const option of elements(spec.bytes, spec.at)) {
    if (option.name !== "histograms") {
      throw unknownOption(`$collStats.latencyStats.${option.name}`);
    }
    if (option.type !== BsonType.Boolean) {
      throw wrongOptionType("$collStats.latencyStats.histograms", option.type, "bool");
    }
    histograms = option.bytes[option.at] !== 0;
  }
  return { histograms };
}

function parseStorage(spec: RawElement): { scale: number } {
  let scale = 1;
  for (const option of elements(spec.bytes, spec.at)) {
    switch (option.name) {
      case "scale":
        if (!isNumericType(option.type)) {
          throw wrongOptionType("$collStats.storageStats.scale", option.type, "long");
        }
        scale = Math.trunc(Number(decodeValue(option)));
        if (scale >= 1) break;
        throw new CommandError(
          ErrorCode.BadValue,
          `BSON field 'scale' value must be >= 1, actual value '${scale}'`,
        );
      case "numericOnly":
      case "verbose":
      case "waitForLock":
        break;
      default:
        throw unknownOption(`$collStats.storageStats.${option.name}`);
    }
  }
  return { scale };
}

function statsRow(namespace: string, asked: CollStatsSpec, services: PipelineServices): Uint8Array {
  const writer = new BsonWriter(1024);
  writer.startDocument();
  writer.string("ns", namespace);
  writer.string("host", services.host);
  writer.date("localTime", Date.now());
  if (asked.latency !== undefined) {
    writeLatency(writer, services, namespace, asked.latency.histograms);
  }
  if (asked.storage !== undefined) {
    const series = services.engine.catalog.timeSeries(namespace);
    const collection = existing(services, namespace, "storageStats");
    writer.startDocument("storageStats");
    writeStorageStats(writer, services.engine.store, collection, asked.storage.scale);
    if (series !== undefined) writeSeriesStats(writer, series);
    writer.end();
  }
  if (asked.count) {
    writer.int64("count", BigInt(existing(services, namespace, "count").count));
  }
  if (asked.queryExecStats) {
    existing(services, namespace, "queryExecStats");
    writer.startDocument("queryExecStats");
    writer.startDocument("collectionScans");
    writer.int64("total", 0n);
    writer.int64("nonTailable", 0n);
    writer.end();
    writer.end();
  }
  writer.end();
  return writer.bytes();
}

function existing(services: PipelineServices, namespace: string, what: string): Collection {
  const { catalog } = services.engine;
  const collection = catalog.collection(namespace) ?? catalog.timeSeries(namespace)?.buckets;
  if (collection !== undefined) return collection;
  const isView = services.engine.catalog.view(namespace) !== undefined;
  throw new CommandError(
    isView ? ErrorCode.CommandNotSupportedOnView : ErrorCode.NamespaceNotFound,
    `Unable to retrieve ${what} in $collStats stage :: caused by :: ` +
      (isView
        ? `Namespace ${namespace} is a view, not a collection`
        : `Collection [${namespace}] not found.`),
  );
}

function writeLatency(
  writer: BsonWriter,
  services: PipelineServices,
  namespace: string,
  histograms: boolean,
): void {
  const { reads, writes, commands } = services.latency(namespace);
  writer.startDocument("latencyStats");
  writeGroup(writer, "reads", reads, histograms);
  writeGroup(writer, "writes", writes, histograms);
  writeGroup(writer, "commands", commands, histograms);
  writeGroup(writer, "transactions", { count: 0, micros: 0, histogram: new Map() }, histograms);
  writer.end();
}

function writeGroup(
  writer: BsonWriter,
  name: string,
  { count, micros, histogram }: OperationLatency,
  histograms: boolean,
): void {
  writer.startDocument(name);
  if (histograms) {
    writer.startArray("histogram");
    for (const [leastMicros, times] of histogram) {
      writer.startDocument(undefined);
      writer.int64("micros", BigInt(leastMicros));
      writer.int64("count", BigInt(times));
      writer.end();
    }
    writer.end();
  }
  writer.int64("latency", BigInt(Math.trunc(micros)));
  writer.int64("ops", BigInt(count));
  writer.int64("queryableEncryptionLatencyMicros", 0n);
  writer.end();
}

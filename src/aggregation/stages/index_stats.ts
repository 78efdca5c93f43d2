// $indexStats: each index of the collection with how often queries used it, and since when that is counted.

import { BsonWriter } from "../../bson/encode.ts";
import { getField, isEmptyDocument } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { TimeSeries } from "../../storage/catalog.ts";
import type { Index } from "../../storage/index.ts";
import { seriesIndexSpec } from "../../timeseries/index_keys.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { rowsStream } from "../rows_stream.ts";
import { servicesOf } from "../services.ts";

export const $indexStats: StageDefinition = {
  name: "$indexStats",
  help: "How often each index was used",
  isFirstOnly: true,
  notInFacet: true,
  parse(spec): Stage {
    if (spec.type !== BsonType.Document || !isEmptyDocument(spec.bytes, spec.at)) {
      throw new CommandError(
        28803,
        "The $indexStats stage specification must be an empty object",
      );
    }
    return {
      name: "$indexStats",
      given: spec,
      isSource: true,
      open(_input, context) {
        const { engine, host } = servicesOf(context);
        return rowsStream(() => {
          const { catalog } = engine;
          const series = catalog.timeSeries(context.namespace);
          if (series !== undefined) {
            return series.buckets.indexes.flatMap((index) => seriesRow(index, host, series) ?? []);
          }
          const indexes = catalog.collection(context.namespace)?.indexes ?? [];
          return indexes.map((index) => indexRow(index, host, index.spec.document));
        });
      },
    };
  },
};

/** An index of the buckets under the names the series has for it; undefined for one that only the buckets have. */
function seriesRow(index: Index, host: string, { options }: TimeSeries): Uint8Array | undefined {
  const spec = seriesIndexSpec(index.spec.document, options);
  return spec === undefined ? undefined : indexRow(index, host, spec);
}

function indexRow(index: Index, host: string, spec: Uint8Array): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.string("name", index.name);
  writer.raw("key", getField(spec, "key")!);
  writer.string("host", host);
  writer.startDocument("accesses");
  writer.int64("ops", BigInt(index.accesses.operations));
  writer.date("since", index.accesses.since.getTime());
  writer.end();
  if (!index.isReady) writer.bool("building", true);
  writer.document("spec", spec);
  writer.end();
  return writer.bytes();
}

// $indexStats: each index of the collection with how often queries used it, and since when that is counted.

import { BsonWriter } from "../../bson/encode.ts";
import { isEmptyDocument } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { Index } from "../../storage/index.ts";
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
          const indexes = engine.catalog.collection(context.namespace)?.indexes ?? [];
          return indexes.map((index) => indexRow(index, host));
        });
      },
    };
  },
};

function indexRow(index: Index, host: string): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.string("name", index.name);
  writer.document("key", index.spec.keyPattern);
  writer.string("host", host);
  writer.startDocument("accesses");
  writer.int64("ops", BigInt(index.accesses.operations));
  writer.date("since", index.accesses.since.getTime());
  writer.end();
  if (!index.isReady) writer.bool("building", true);
  writer.document("spec", index.spec.document);
  writer.end();
  return writer.bytes();
}

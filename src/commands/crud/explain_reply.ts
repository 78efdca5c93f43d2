// What every explain answer ends with: the command, who answered, and the server's settings that matter to plans.

import os from "node:os";
import { BsonWriter } from "../../bson/encode.ts";
import { elements } from "../../bson/read.ts";
import { SORT_MEMORY_LIMIT_BYTES } from "../../stream/sort_stream.ts";
import type { CommandContext } from "../definition.ts";

/** Fields of a request that are not part of the command shown. */
const HIDDEN: ReadonlySet<string> = new Set([
  "$clusterTime",
  "$db",
  "$readPreference",
  "apiDeprecationErrors",
  "apiStrict",
  "apiVersion",
  "explain",
  "lsid",
]);

function hostName(): string {
  try {
    return os.hostname();
  } catch {
    return "localhost";
  }
}

/** Writes `command`, `serverInfo` and `serverParameters`. */
export function writeExplainEnd(
  writer: BsonWriter,
  context: CommandContext,
  command: Uint8Array,
): void {
  writer.startDocument("command");
  for (const field of elements(command)) {
    if (!HIDDEN.has(field.name)) writer.raw(field.name, field);
  }
  writer.string("$db", context.database);
  writer.end();
  const { identity } = context.server;
  writer.startDocument("serverInfo");
  writer.string("host", hostName());
  writer.int32("port", identity.port);
  writer.string("version", identity.version);
  writer.string("gitVersion", identity.productVersion);
  writer.end();
  writer.startDocument("serverParameters");
  writer.int32("internalQueryFacetBufferSizeBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.int32("internalQueryFacetMaxOutputDocSizeBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.int32("internalLookupStageIntermediateDocumentMaxSizeBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.int32("internalDocumentSourceGroupMaxMemoryBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.int32("internalQueryMaxBlockingSortMemoryUsageBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.int32("internalQueryProhibitBlockingMergeOnMongoS", 0);
  writer.int32("internalQueryMaxAddToSetBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.int32("internalDocumentSourceSetWindowFieldsMaxMemoryBytes", SORT_MEMORY_LIMIT_BYTES);
  writer.string("internalQueryFrameworkControl", "forceClassicEngine");
  writer.end();
}

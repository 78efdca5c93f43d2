// What every explain answer ends with: the command, who answered, and the server's settings that matter to plans.

import { createHash } from "node:crypto";
import os from "node:os";
import { BsonWriter } from "../../bson/encode.ts";
import { elements } from "../../bson/read.ts";
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

/** In the order in which mongod shows them. */
const SHOWN_LIMITS = [
  "internalQueryFacetBufferSizeBytes",
  "internalQueryFacetMaxOutputDocSizeBytes",
  "internalLookupStageIntermediateDocumentMaxSizeBytes",
  "internalDocumentSourceGroupMaxMemoryBytes",
  "internalQueryMaxBlockingSortMemoryUsageBytes",
  "internalQueryProhibitBlockingMergeOnMongoS",
  "internalQueryMaxAddToSetBytes",
  "internalDocumentSourceSetWindowFieldsMaxMemoryBytes",
] as const;

function hostName(): string {
  try {
    return os.hostname();
  } catch {
    return "localhost";
  }
}

/** Writes `queryShapeHash`: which query it is, whatever its values, over all servers. */
export function writeShapeHash(writer: BsonWriter, namespace: string, shape: string): void {
  const hash = createHash("sha256").update(`${namespace} ${shape}`).digest("hex");
  writer.string("queryShapeHash", hash.toUpperCase());
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
  for (const name of SHOWN_LIMITS) {
    if (name === "internalQueryProhibitBlockingMergeOnMongoS") writer.int32(name, 0);
    else writer.value(name, context.server.parameters.number(name));
  }
  writer.string("internalQueryFrameworkControl", "forceClassicEngine");
  writer.end();
}

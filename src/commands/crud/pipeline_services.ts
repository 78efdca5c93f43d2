// What the stages of a pipeline see of the server: filled in for the command that runs them.
//
// A cursor outlives its command. The pacer follows the operation of the getMore that reads from it; the rest of the command's
// context is used again for later commands and is not kept.

import type { PipelineServices } from "../../aggregation/services.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { idleCursorDocument, operationDocument } from "../../session/operation_document.ts";
import type { CommandContext, ConnectionState, ServerState } from "../definition.ts";
import { hostName } from "../diagnostic/host_info.ts";
import { latencyBuckets } from "../latency_histogram.ts";
import type { OperationHolder } from "./query_cursor.ts";

export function pipelineServices(
  command: CommandContext,
  holder: OperationHolder,
  bypassDocumentValidation: boolean,
): PipelineServices {
  const { server, engine } = command;
  const host = `${hostName()}:${server.identity.port}`;
  return {
    engine,
    host,
    bypassDocumentValidation,
    pacer: {
      checkInterrupt: holder.checkInterrupt,
      shouldYield: () => holder.operation.shouldYield(),
      yieldNow: () => holder.operation.yieldNow(),
    },
    warn: (message) => server.log.warning("STORAGE", message),
    currentOperations(options): Uint8Array[] {
      const scene = { host, sessions: server.sessions };
      const rows = [...server.operations.list()].map((one) => operationDocument(one, scene));
      if (options.idleConnections) rows.push(...idleConnections(server, host));
      if (options.idleCursors) {
        for (const cursor of server.cursors.list()) {
          if (cursor.operation === undefined) rows.push(idleCursorDocument(cursor, scene));
        }
      }
      return rows;
    },
    sessions: () =>
      [...server.sessions.list()].map(({ uuid, lastUseMs }) => ({ id: uuid, lastUseMs })),
    latency(namespace) {
      const usage = server.counters.usage.get(namespace);
      const sum = (kinds: readonly (keyof NonNullable<typeof usage>)[]) => {
        let count = 0;
        let micros = 0;
        for (const kind of kinds) {
          count += usage?.[kind].count ?? 0;
          micros += usage?.[kind].micros ?? 0;
        }
        const histogram = latencyBuckets(kinds.map((kind) => usage?.[kind].histogram));
        return { count, micros, histogram };
      };
      return {
        reads: sum(["query", "getmore"]),
        writes: sum(["insert", "update", "delete"]),
        commands: sum(["command"]),
      };
    },
  };
}

function idleConnections(server: ServerState, host: string): Uint8Array[] {
  return [...server.connections].filter(({ operation }) => operation === undefined)
    .map((connection) => idleConnectionDocument(connection, host));
}

function idleConnectionDocument(connection: ConnectionState, host: string): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.string("type", "op");
  writer.string("host", host);
  writer.string("desc", `conn${connection.id}`);
  writer.int32("connectionId", connection.id);
  writer.string("client", connection.remoteAddress);
  if (connection.applicationName !== undefined) {
    writer.string("appName", connection.applicationName);
  }
  if (connection.clientMetadata !== undefined) {
    writer.document("clientMetadata", connection.clientMetadata);
  }
  writer.bool("active", false);
  writer.string("currentOpTime", new Date().toISOString());
  writer.end();
  return writer.bytes();
}

// A running operation or an idle cursor as currentOp shows it.

import { BsonWriter } from "../bson/encode.ts";
import type { ClientCursor } from "./cursors.ts";
import type { Operation } from "./operation.ts";
import type { SessionRegistry } from "./sessions.ts";

/** What all entries of one answer have in common. */
export interface OperationScene {
  /** "host:port" of this server. */
  readonly host: string;
  readonly sessions: SessionRegistry;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["aggregate", "command"],
  ["delete", "remove"],
  ["find", "query"],
  ["getMore", "getmore"],
  ["insert", "insert"],
  ["update", "update"],
]);

export function operationDocument(operation: Operation, scene: OperationScene): Uint8Array {
  const writer = new BsonWriter(512);
  const { owner } = operation;
  const tookMs = performance.now() - operation.startedAt;
  writer.startDocument();
  writer.string("type", "op");
  writer.string("host", scene.host);
  writer.string("desc", owner === undefined ? "background" : `conn${owner.id}`);
  if (owner !== undefined) {
    writer.int32("connectionId", owner.id);
    writer.string("client", owner.remoteAddress);
    writeApplication(writer, owner.applicationName);
    if (owner.clientMetadata !== undefined) writer.document("clientMetadata", owner.clientMetadata);
  }
  writer.bool("active", true);
  writer.string("currentOpTime", new Date().toISOString());
  const session = operation.sessionKey === ""
    ? undefined
    : scene.sessions.get(operation.sessionKey);
  if (session !== undefined) {
    writer.startDocument("lsid");
    writer.binary("id", 4, session.uuid);
    writer.end();
  }
  writer.int32("opid", operation.id);
  writer.int64("secs_running", BigInt(Math.floor(tookMs / 1000)));
  writer.int64("microsecs_running", BigInt(Math.floor(tookMs * 1000)));
  writer.string("op", KINDS.get(operation.commandName) ?? "command");
  writer.string("ns", operation.namespace);
  if (operation.body === undefined) {
    writer.startDocument("command");
    writer.end();
  } else {
    writer.document("command", operation.body);
  }
  if (operation.planSummary !== "") writer.string("planSummary", operation.planSummary);
  if (operation.message !== "") writer.string("msg", operation.message);
  if (operation.killed) writer.bool("killPending", true);
  writer.int32("numYields", operation.yields);
  writer.bool("waitingForLock", false);
  writer.bool("waitingForFlowControl", false);
  writer.end();
  return writer.bytes();
}

function writeApplication(writer: BsonWriter, name: string | undefined): void {
  if (name !== undefined) writer.string("appName", name);
}

/** A cursor nobody works on at the moment (`idleCursors`). */
export function idleCursorDocument(cursor: ClientCursor, scene: OperationScene): Uint8Array {
  const writer = new BsonWriter(512);
  const { options } = cursor;
  writer.startDocument();
  writer.string("type", "idleCursor");
  writer.string("host", scene.host);
  writer.string("ns", cursor.namespace);
  if (options.session !== undefined) {
    writer.startDocument("lsid");
    writer.binary("id", 4, options.session.uuid);
    writer.end();
  }
  if (options.planSummary !== undefined) writer.string("planSummary", options.planSummary);
  writer.startDocument("cursor");
  writer.int64("cursorId", cursor.id);
  writer.date("createdDate", cursor.createdMs);
  writer.date("lastAccessDate", cursor.lastUseMs);
  writer.int64("nDocsReturned", BigInt(cursor.documentsReturned));
  writer.int64("nBatchesReturned", BigInt(cursor.batchesReturned));
  writer.bool("noCursorTimeout", options.noTimeout === true);
  writer.bool("tailable", options.tailable === true);
  writer.bool("awaitData", options.awaitData === true);
  if (options.command !== undefined) writer.document("originatingCommand", options.command);
  writer.end();
  writer.end();
  return writer.bytes();
}

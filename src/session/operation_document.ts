// A running operation or an idle cursor as currentOp shows it.

import { BsonWriter } from "../bson/encode.ts";
import type { ClientCursor } from "./cursors.ts";
import type { Operation } from "./operation.ts";
import type { SessionRegistry } from "./sessions.ts";
import { shapeOf } from "./work_report.ts";

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

/** What currentOp and the profiler call an operation with this command. */
export function operationKind(commandName: string): string {
  return KINDS.get(commandName) ?? "command";
}

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
  writer.string("op", operationKind(operation.commandName));
  writer.string("ns", operation.namespace);
  if (operation.body === undefined) {
    writer.startDocument("command");
    writer.end();
  } else {
    writer.document("command", operation.body);
  }
  writePlan(writer, operation);
  writeProgress(writer, operation);
  if (operation.killed) writer.bool("killPending", true);
  writer.int32("numYields", operation.yields);
  writer.bool("waitingForLock", false);
  writer.bool("waitingForFlowControl", false);
  writer.end();
  return writer.bytes();
}

function writePlan(writer: BsonWriter, operation: Operation): void {
  const { cursor, holder, planSummary } = operation;
  if (planSummary !== "") writer.string("planSummary", planSummary);
  const shape = shapeOf(holder);
  if (shape !== undefined) {
    writer.string("queryHash", shape);
    writer.string("planCacheShapeHash", shape);
    writer.string("queryFramework", "classic");
  }
  if (cursor === undefined) return;
  writer.startDocument("cursor");
  writer.int64("cursorId", cursor.id);
  if (cursor.options.command !== undefined) {
    writer.document("originatingCommand", cursor.options.command);
  }
  writer.end();
}

/** How far a build is: `msg` tells it to people (twice what it does, as mongod), `progress` to programs. */
function writeProgress(writer: BsonWriter, { message, progress }: Operation): void {
  if (progress === undefined) {
    if (message !== "") writer.string("msg", message);
    return;
  }
  const { done, total } = progress;
  const percent = total === 0 ? 100 : Math.floor(done * 100 / total);
  writer.string("msg", `${message} ${message}: ${done}/${total} ${percent}%`);
  writer.startDocument("progress");
  writer.int64("done", BigInt(done));
  writer.int64("total", BigInt(total));
  writer.end();
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
  const planSummary = options.holder?.plan?.summary;
  if (planSummary !== undefined) writer.string("planSummary", planSummary);
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

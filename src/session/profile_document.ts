// A finished operation as a document of `system.profile`, field for field as mongod's classic engine leaves it there.
// Manual: "Database Profiler Output".
//
// Left out: times spent waiting for locks and storage, and CPU time, which nobody measures here; `locks` and `storage` are
// empty documents.

import { BsonWriter } from "../bson/encode.ts";
import { documentText } from "../bson/json.ts";
import { getField } from "../bson/read.ts";
import { writeStage } from "../plan/explain_stage.ts";
import { operationKind } from "./operation_document.ts";
import type { Operation } from "./operation.ts";
import type { StatementNote } from "./operation_plan.ts";
import { reportOf, statementReport, type WorkReport } from "./work_report.ts";

/** A command larger than this is shown as the beginning of its text. */
const MAX_COMMAND_BYTES = 50 * 1024;

/** An operation that has ended. */
export interface FinishedOperation {
  readonly operation: Operation;
  readonly database: string;
  readonly tookMs: number;
  /** What the client was answered; undefined when it got no answer. */
  readonly reply: Uint8Array | undefined;
  /** The length of the whole message. */
  readonly replyBytes: number;
}

/** The document of an operation. */
export function profileDocument(finished: FinishedOperation): Uint8Array {
  const { operation } = finished;
  const report = reportOf(operation, finished.reply);
  const writer = begin(operation, operationKind(operation.commandName), operation.body);
  const origin = operation.cursor?.options.command;
  if (origin !== undefined) writeCommand(writer, "originatingCommand", origin);
  writeReport(writer, report, operation);
  writer.int32("responseLength", finished.replyBytes);
  writer.string("protocol", "op_msg");
  end(writer, report, operation, finished.tookMs);
  return writer.bytes();
}

/** The document of one statement of an update or delete command. */
export function statementDocument(operation: Operation, note: StatementNote): Uint8Array {
  const report = statementReport(note);
  const writer = begin(operation, operationKind(operation.commandName), undefined);
  writeCommand(writer, "command", withDefaults(note));
  writeReport(writer, report, operation);
  end(writer, report, operation, note.tookMs);
  return writer.bytes();
}

function begin(operation: Operation, kind: string, command: Uint8Array | undefined): BsonWriter {
  const writer = new BsonWriter(1024);
  writer.startDocument();
  writer.string("op", kind);
  writer.string("ns", operation.namespace);
  if (command !== undefined) writeCommand(writer, "command", command);
  return writer;
}

/** An update statement shows `multi` and `upsert` also when the client left them to their defaults. */
function withDefaults({ document, modified }: StatementNote): Uint8Array {
  if (modified === undefined) return document;
  const missing = ["multi", "upsert"].filter((name) => getField(document, name) === undefined);
  if (missing.length === 0) return document;
  const writer = new BsonWriter(document.length + 32);
  writer.startDocument();
  writer.append(document, 4, document.length - 1);
  for (const name of missing) writer.bool(name, false);
  writer.end();
  return writer.bytes();
}

function writeCommand(writer: BsonWriter, name: string, command: Uint8Array): void {
  if (command.length <= MAX_COMMAND_BYTES) {
    writer.document(name, command);
    return;
  }
  writer.startDocument(name);
  writer.string("$truncated", `${documentText(command).slice(0, MAX_COMMAND_BYTES - 3)}...`);
  const comment = getField(command, "comment");
  if (comment !== undefined) writer.raw("comment", comment);
  writer.end();
}

function writeReport(writer: BsonWriter, report: WorkReport, operation: Operation): void {
  const number = (name: string, value: number | undefined): void => {
    if (value !== undefined) writeCount(writer, name, value);
  };
  if (report.cursorId !== undefined) writer.int64("cursorid", report.cursorId);
  number("keysExamined", report.keysExamined);
  number("docsExamined", report.documentsExamined);
  if (report.hasSortStage) writer.bool("hasSortStage", true);
  if (report.usedDisk) writer.bool("usedDisk", true);
  if (report.fromMultiPlanner) writer.bool("fromMultiPlanner", true);
  if (report.fromPlanCache) writer.bool("fromPlanCache", true);
  if (report.replanned) writer.bool("replanned", true);
  number("nMatched", report.matched);
  number("nModified", report.modified);
  number("ninserted", report.inserted);
  number("ndeleted", report.deleted);
  if (report.upserted !== undefined) writer.bool("upsert", true);
  number("nUpserted", report.upserted);
  if (report.cursorExhausted) writer.bool("cursorExhausted", true);
  number("numYield", operation.yields);
  number("nreturned", report.returned);
  if (report.shapeHash !== undefined) {
    writer.string("queryHash", report.shapeHash);
    writer.string("planCacheShapeHash", report.shapeHash);
  }
  if (report.planCacheKey !== undefined) writer.string("planCacheKey", report.planCacheKey);
  if (report.root !== undefined) writer.string("queryFramework", "classic");
  for (const name of ["locks", "flowControl", "storage"]) {
    writer.startDocument(name);
    writer.end();
  }
  writeError(writer, report);
}

/** As mongod writes a counter: 64 bits only where 32 are too few. */
function writeCount(writer: BsonWriter, name: string, value: number): void {
  if (value <= 0x7fffffff) writer.int32(name, value);
  else writer.int64(name, BigInt(value));
}

function writeError(writer: BsonWriter, { error }: WorkReport): void {
  if (error === undefined) return;
  writer.double("ok", 0);
  writer.string("errMsg", error.message);
  writer.string("errName", error.codeName);
  writer.int32("errCode", error.code);
}

function end(
  writer: BsonWriter,
  report: WorkReport,
  operation: Operation,
  tookMs: number,
): void {
  const { owner } = operation;
  writer.int32("millis", Math.floor(tookMs));
  if (report.planSummary !== "") writer.string("planSummary", report.planSummary);
  if (report.root !== undefined) {
    writer.startDocument("execStats");
    writeStage(writer, report.root, { yields: operation.yields });
    writer.end();
  }
  writer.date("ts", Date.now());
  writer.string("client", clientHost(owner?.remoteAddress ?? ""));
  if (owner?.applicationName !== undefined) writer.string("appName", owner.applicationName);
  writer.startArray("allUsers");
  writer.end();
  writer.string("user", "");
  writer.end();
}

/** The address without its port. */
function clientHost(address: string): string {
  return address.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

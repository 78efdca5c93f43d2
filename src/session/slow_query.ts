// The log line of a slow operation: mongod's "Slow query", id 51803, with the names of its attributes.
// Manual: "Log Messages", "Slow Operations".

import { deserialize, EJSON } from "bson";
import { documentText } from "../bson/json.ts";
import type { Log, LogAttributes, LogValue } from "../log.ts";
import type { FinishedOperation } from "./profile_document.ts";
import { reportOf, type WorkReport } from "./work_report.ts";

/** A command larger than this is shown as the beginning of its text: mongod's limit for an attribute. */
const MAX_COMMAND_BYTES = 10 * 1024;
const SLOW_QUERY_ID = 51803;

export function logSlowOperation(log: Log, finished: FinishedOperation): void {
  if (!log.isInfo) return;
  const { owner } = finished.operation;
  log.write("INFO", "COMMAND", "Slow query", attributesOf(finished), {
    id: SLOW_QUERY_ID,
    context: owner === undefined ? "background" : `conn${owner.id}`,
  });
}

function attributesOf(finished: FinishedOperation): LogAttributes {
  const { operation, tookMs } = finished;
  const { owner } = operation;
  const attributes: Record<string, LogValue> = {
    type: "command",
    ns: operation.namespace,
  };
  if (owner?.applicationName !== undefined) attributes.appName = owner.applicationName;
  if (operation.body !== undefined) attributes.command = commandValue(operation.body);
  const origin = operation.cursor?.options.command;
  if (origin !== undefined) attributes.originatingCommand = commandValue(origin);
  const report = reportOf(operation, finished.reply);
  addFigures(attributes, report);
  attributes.numYields = operation.yields;
  if (report.returned !== undefined) attributes.nreturned = report.returned;
  addQuery(attributes, report);
  attributes.locks = {};
  attributes.reslen = finished.replyBytes;
  if (owner !== undefined) attributes.remote = owner.remoteAddress;
  attributes.protocol = "op_msg";
  attributes.durationMillis = Math.floor(tookMs);
  return attributes;
}

function addFigures(attributes: Record<string, LogValue>, report: WorkReport): void {
  const put = (name: string, value: number | undefined): void => {
    if (value !== undefined) attributes[name] = value;
  };
  if (report.planSummary !== "") attributes.planSummary = report.planSummary;
  if (report.cursorId !== undefined) attributes.cursorid = String(report.cursorId);
  put("keysExamined", report.keysExamined);
  put("docsExamined", report.documentsExamined);
  if (report.hasSortStage) attributes.hasSortStage = true;
  if (report.usedDisk) attributes.usedDisk = true;
  if (report.fromMultiPlanner) attributes.fromMultiPlanner = true;
  if (report.fromPlanCache) attributes.fromPlanCache = true;
  if (report.replanned) attributes.replanned = true;
  put("nMatched", report.matched);
  put("nModified", report.modified);
  put("ninserted", report.inserted);
  put("ndeleted", report.deleted);
  put("nUpserted", report.upserted);
  if (report.cursorExhausted) attributes.cursorExhausted = true;
}

function addQuery(attributes: Record<string, LogValue>, report: WorkReport): void {
  if (report.shapeHash !== undefined) {
    attributes.queryHash = report.shapeHash;
    attributes.planCacheShapeHash = report.shapeHash;
  }
  if (report.planCacheKey !== undefined) attributes.planCacheKey = report.planCacheKey;
  if (report.root !== undefined) attributes.queryFramework = "classic";
  const { error } = report;
  if (error === undefined) return;
  attributes.ok = 0;
  attributes.errMsg = error.message;
  attributes.errName = error.codeName;
  attributes.errCode = error.code;
}

/** The command in relaxed Extended JSON, or the beginning of its text. */
function commandValue(command: Uint8Array): LogValue {
  if (command.length > MAX_COMMAND_BYTES) {
    return `${documentText(command).slice(0, MAX_COMMAND_BYTES)}...`;
  }
  return EJSON.serialize(deserialize(command), { relaxed: true }) as LogValue;
}

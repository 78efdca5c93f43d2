// The end of every reply, and the reply an error becomes.
//
// `ok` is a double in every reply. On a replica set `$clusterTime` and `operationTime` follow; their bytes are always the
// same but for the two times, so they are copied as one piece. The signature is the one of a server without keys.

import { BsonWriter } from "../bson/encode.ts";
import { documentEnd, getField } from "../bson/read.ts";
import { codeName, type CommandError, ErrorCode } from "../error.ts";
import type { ServerTopology } from "./topology.ts";
import { writeInt32 } from "../wire/frame.ts";

/** Codes after which a driver may send a retryable write again. */
const RETRYABLE_WRITE_CODES: ReadonlySet<number> = new Set([
  ErrorCode.InterruptedAtShutdown,
  ErrorCode.InterruptedDueToReplStateChange,
  ErrorCode.NotWritablePrimary,
  13435,
  13436,
  ErrorCode.PrimarySteppedDown,
  ErrorCode.ShutdownInProgress,
  ErrorCode.HostNotFound,
  ErrorCode.HostUnreachable,
  89,
  9001,
  ErrorCode.ExceededTimeLimit,
]);

/**
 * Codes that make a driver look at the server again. Their replies carry the topology version, by which the driver tells
 * whether it knew that already; those of a shutdown only while the server does stop (a fail point may use the code too).
 */
const NOT_PRIMARY_CODES: ReadonlySet<number> = new Set([
  ErrorCode.InterruptedDueToReplStateChange,
  ErrorCode.NotWritablePrimary,
  13435,
  13436,
  ErrorCode.PrimarySteppedDown,
]);
const SHUTDOWN_CODES: ReadonlySet<number> = new Set([
  ErrorCode.InterruptedAtShutdown,
  ErrorCode.ShutdownInProgress,
]);

export function isRetryableWriteCode(code: number): boolean {
  return RETRYABLE_WRITE_CODES.has(code);
}

const MARK = 0x1111111111111111n;
const { bytes: TAIL, times: TAIL_TIMES } = makeTail();
/** The 12 bytes of `ok: 1.0`: the whole tail of a standalone server. */
const OK_BYTES = 12;

function makeTail(): { bytes: Uint8Array; times: number[] } {
  const writer = new BsonWriter();
  writer.startDocument();
  writer.double("ok", 1);
  writer.startDocument("$clusterTime");
  writer.timestamp("clusterTime", MARK);
  writer.startDocument("signature");
  writer.binary("hash", 0, new Uint8Array(20));
  writer.int64("keyId", 0n);
  writer.end();
  writer.end();
  writer.timestamp("operationTime", MARK);
  writer.end();
  const document = writer.bytes();
  const bytes = document.slice(4, -1);
  const times: number[] = [];
  for (let i = 0; i + 8 <= bytes.length; i++) {
    if (bytes.subarray(i, i + 8).every((byte) => byte === 0x11)) times.push(i);
  }
  return { bytes, times };
}

/** The latest time of the engine's clock, in its two halves. */
export interface ClockReading {
  readonly seconds: number;
  readonly increment: number;
}

/** Appends `ok: 1` and, with a clock, the times. */
export function writeOk(reply: BsonWriter, clock: ClockReading | undefined): void {
  if (clock === undefined) {
    reply.append(TAIL, 0, OK_BYTES);
    return;
  }
  const { seconds, increment } = clock;
  for (const at of TAIL_TIMES) {
    writeInt32(TAIL, at, increment);
    writeInt32(TAIL, at + 4, seconds);
  }
  reply.append(TAIL);
}

function writeTimes(reply: BsonWriter, clock: ClockReading | undefined): void {
  if (clock === undefined) return;
  const { seconds, increment } = clock;
  for (const at of TAIL_TIMES) {
    writeInt32(TAIL, at, increment);
    writeInt32(TAIL, at + 4, seconds);
  }
  reply.append(TAIL, OK_BYTES);
}

export function writeLabels(reply: BsonWriter, labels: readonly string[]): void {
  if (labels.length === 0) return;
  reply.startArray("errorLabels");
  for (const label of labels) reply.string(undefined, label);
  reply.end();
}

/** What an error's reply tells of the server. */
export interface ErrorScene {
  readonly topology: ServerTopology;
  readonly isStopping: boolean;
  readonly replyClock: ClockReading | undefined;
}

/** The fields of a failed command's reply, into an open document. */
export function writeError(
  reply: BsonWriter,
  error: CommandError,
  labels: readonly string[],
  server: ErrorScene,
): void {
  reply.double("ok", 0);
  reply.string("errmsg", error.message);
  reply.int32("code", error.code);
  reply.string("codeName", codeName(error.code));
  if (error.info !== undefined) copyFields(reply, error.info);
  writeLabels(reply, labels);
  if (NOT_PRIMARY_CODES.has(error.code) || (server.isStopping && SHUTDOWN_CODES.has(error.code))) {
    writeTopologyVersion(reply, server.topology);
  }
  writeTimes(reply, server.replyClock);
}

export function writeTopologyVersion(
  reply: BsonWriter,
  topology: { readonly processId: Uint8Array; readonly counter: number },
): void {
  reply.startDocument("topologyVersion");
  reply.objectId("processId", topology.processId);
  reply.int64("counter", BigInt(topology.counter));
  reply.end();
}

/** Copies the fields of a finished document into an open one. */
export function copyFields(reply: BsonWriter, document: Uint8Array): void {
  reply.append(document, 4, documentEnd(document, 0) - 1);
}

/** The labels of an error: its own, and RetryableWriteError where the code allows another try of a retryable write. */
export function labelsOf(error: CommandError, isRetryableWrite: boolean): readonly string[] {
  const isRetryable = isRetryableWrite && RETRYABLE_WRITE_CODES.has(error.code);
  if (!isRetryable || error.labels.includes("RetryableWriteError")) return error.labels;
  return [...error.labels, "RetryableWriteError"];
}

/** The code in a writeConcernError document. */
export function codeOf(document: Uint8Array): number {
  const code = getField(document, "code");
  return code === undefined ? 0 : code.bytes[code.at] | (code.bytes[code.at + 1] << 8) |
    (code.bytes[code.at + 2] << 16);
}

// From a request to a finished reply: find the command, check what holds for all commands, run it, and turn whatever
// it throws into an error reply. This is the only place that does the last.
//
// Everything is synchronous as long as the command is: `dispatch` then returns undefined and the reply stands complete in the
// writer. Only a command that waits makes it a promise.

import { copyToSlab } from "../bson/document_slab.ts";
import type { BsonWriter } from "../bson/encode.ts";
import { readText } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { parseArguments, type ParsedArguments } from "../commands/arguments.ts";
import { writeConcernError } from "../commands/concerns.ts";
import type { CommandDefinition, ConnectionState, Reply } from "../commands/definition.ts";
import type { FailCommandData } from "../commands/fail_points.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Operation } from "../session/operation.ts";
import type { Session } from "../session/sessions.ts";
import { finishOpMsg, FLAG_CHECKSUM_PRESENT, FLAG_MORE_TO_COME } from "../wire/op_msg.ts";
import { REPLY_PREFIX_BYTES } from "../wire/op_msg.ts";
import { finishOpReply, LEGACY_REPLY_PREFIX_BYTES } from "../wire/op_query.ts";
import type { Request } from "../wire/request.ts";
import { applicationNameOf } from "./application_name.ts";
import type { CommandEntry } from "./command_table.ts";
import { checkGenericArguments, useSession } from "./generic_arguments.ts";
import type { DispatchTarget, Host } from "./host.ts";
import { NamespaceCache } from "./namespace_cache.ts";
import {
  codeOf,
  copyFields,
  isRetryableWriteCode,
  labelsOf,
  writeError,
  writeLabels,
  writeOk,
} from "./reply.ts";
import { RequestContext } from "./request_context.ts";
import { countUsage } from "./usage.ts";

const PREFIX = new Uint8Array(LEGACY_REPLY_PREFIX_BYTES);
/** Thrown by the failCommand fail point to hang up without an answer. */
const HANG_UP = new Error("the connection is dropped by a fail point");

let lastReplyId = 0;

export class Dispatcher {
  readonly context: RequestContext;
  readonly #host: Host;
  readonly #connection: ConnectionState & DispatchTarget;
  readonly #writer: BsonWriter;
  readonly #names = new NamespaceCache();
  readonly #request: Request;

  constructor(
    host: Host,
    connection: ConnectionState & DispatchTarget,
    writer: BsonWriter,
    request: Request,
  ) {
    this.#host = host;
    this.#connection = connection;
    this.#writer = writer;
    this.#request = request;
    this.context = new RequestContext(host, connection, writer, request);
  }

  /** Runs the request; afterwards the writer holds the reply's document behind room for its header. */
  dispatch(): Promise<void> | undefined {
    const host = this.#host;
    const request = this.#request;
    this.#openReply();
    host.counters.requests++;
    const entry = host.table.find(request.body, 5);
    if (entry === undefined || (entry.definition.testOnly && !host.testCommandsEnabled)) {
      this.#failUnknown();
      return undefined;
    }
    const operation = host.operations.begin(this.#connection);
    this.#connection.operation = operation;
    let result: Reply | Promise<Reply>;
    try {
      result = this.#run(entry, operation);
    } catch (error) {
      this.#fail(entry, operation, error);
      return undefined;
    }
    if (result instanceof Promise) return this.#finishLater(entry, operation, result);
    if (entry.definition.takesWriteConcern && this.context.writeConcern.journal) {
      return this.#finishLater(entry, operation, Promise.resolve(result));
    }
    try {
      this.#complete(result);
      this.#end(entry, operation);
    } catch (error) {
      this.#fail(entry, operation, error);
    }
    return undefined;
  }

  /** A reply for a request that could not even be parsed (a broken document in a sound frame). */
  refuse(error: unknown): void {
    this.#openReply();
    this.context.failPointLabels = undefined;
    this.context.isRetryableWrite = false;
    this.#writeFailure(asCommandError(error) ?? this.#internalError(error, "(unparsed)"));
  }

  get #prefixBytes(): number {
    return this.#request.isLegacy ? LEGACY_REPLY_PREFIX_BYTES : REPLY_PREFIX_BYTES;
  }

  #openReply(): void {
    const writer = this.#writer;
    writer.reset();
    writer.append(PREFIX, 0, this.#prefixBytes);
    writer.startDocument();
  }

  #run(entry: CommandEntry, operation: Operation): Reply | Promise<Reply> {
    const host = this.#host;
    const context = this.context;
    const request = this.#request;
    const { definition } = entry;
    context.reset(definition, operation);
    if (definition.transientBody !== true) {
      request.body = copyToSlab(request.body, 0, request.body.length);
    }
    operation.commandName = definition.name;
    operation.body = request.body;
    const args = parseArguments(
      entry.plan,
      request.body,
      request.sequences.size === 0 ? undefined : request.sequences,
    );
    this.#useNames(entry, args);
    operation.namespace = context.namespace;
    if (args.maxTimeMS > 0) operation.limitTime(args.maxTimeMS);
    if (args.lsidAt >= 0) useSession(host, context, args);
    checkGenericArguments(host, context, args);
    if (host.isStopping && definition.whileStopping !== true) {
      throw new CommandError(
        ErrorCode.ShutdownInProgress,
        "The server is in quiesce mode and will shut down",
      );
    }
    if (host.failPoints.isActive) return this.#runWithFailPoints(args);
    if (host.fsyncLocks > 0 && definition.takesWriteConcern && !definition.takesReadConcern) {
      return this.#runUnlocked(args);
    }
    return this.#runCommand(args);
  }

  #useNames(entry: CommandEntry, args: ParsedArguments): void {
    const context = this.context;
    const request = this.#request;
    const { definition } = entry;
    if (request.isLegacy) {
      context.database = request.legacyDatabase;
      context.namespace = `${request.legacyDatabase}.$cmd`;
      if (definition.isHandshake) return;
      throw new CommandError(
        352,
        `Unsupported OP_QUERY command: ${definition.name}. The client driver may require an ` +
          "upgrade. For more details see https://dochub.mongodb.org/core/legacy-opcode-removal",
      );
    }
    if (args.databaseAt < 0) {
      throw new CommandError(40571, "OP_MSG requests require a $db argument");
    }
    let collectionAt = 0;
    const { target } = definition;
    if (target === "collection" || target === "collectionOrDatabase") {
      if (args.targetType === BsonType.String) collectionAt = args.targetAt;
      else if (target === "collection") {
        throw new CommandError(
          ErrorCode.InvalidNamespace,
          `Collection name has invalid type ${typeName(args.targetType)}`,
        );
      }
    }
    const names = this.#names;
    names.use(request.body, args.databaseAt, collectionAt);
    context.database = names.database;
    context.namespace = names.namespace;
    if (definition.adminOnly && names.database !== "admin") {
      throw new CommandError(
        ErrorCode.Unauthorized,
        `${definition.name} may only be run against the admin database.`,
      );
    }
  }

  #runWithFailPoints(args: ParsedArguments): Reply | Promise<Reply> {
    const { failPoints } = this.#host;
    const { context } = this;
    const { definition } = context;
    if (args.maxTimeMS > 0 && failPoints.enter("maxTimeAlwaysTimeOut") !== undefined) {
      throw new CommandError(ErrorCode.MaxTimeMSExpired, "operation exceeded time limit");
    }
    const data = failPoints.failCommand(
      definition.name,
      definition.aliases ?? [],
      context.namespace,
      this.#connection.applicationName ?? nameInHandshake(definition, args),
    );
    if (data === undefined) return this.#runCommand(args);
    if (!data.blockConnection) return this.#failAsTold(data, args);
    return context.operation.sleep(data.blockTimeMs).then(() => this.#failAsTold(data, args));
  }

  #failAsTold(data: FailCommandData, args: ParsedArguments): Reply | Promise<Reply> {
    const { context } = this;
    context.failPointLabels = data.errorLabels;
    if (data.closeConnection) throw HANG_UP;
    if (data.errorCode !== undefined && data.errorCode !== 0) {
      throw new CommandError(data.errorCode, "Failing command via 'failCommand' failpoint", {
        labels: data.errorLabels ?? [],
      });
    }
    if (data.writeConcernError !== undefined) {
      context.failPointConcernError = data.writeConcernError;
    }
    return this.#runCommand(args);
  }

  /** Waits until fsyncUnlock lets writes through. */
  async #runUnlocked(args: ParsedArguments): Promise<Reply> {
    while (this.#host.fsyncLocks > 0) await this.context.operation.sleep(10);
    return await this.#runCommand(args);
  }

  #runCommand(args: ParsedArguments): Reply | Promise<Reply> {
    const { context } = this;
    if (context.isRetryableWrite) return this.#runRetryable(args);
    return context.definition.run(context, args);
  }

  /** A retry may come while the first attempt still runs, on a connection given up: it waits for what that has done. */
  #runRetryable(args: ParsedArguments): Reply | Promise<Reply> {
    const { context } = this;
    const session = context.session!;
    if (!session.checkOut(context.operation)) return this.#runRetryableLater(args, session);
    context.retryableWrite = session.retryableWrite(args.txnNumber!);
    return context.definition.run(context, args);
  }

  async #runRetryableLater(args: ParsedArguments, session: Session): Promise<Reply> {
    const { context } = this;
    while (!session.checkOut(context.operation)) {
      await context.operation.waitFor(session.whenFree(), Infinity);
      context.operation.checkInterrupt();
    }
    context.retryableWrite = session.retryableWrite(args.txnNumber!);
    return await context.definition.run(context, args);
  }

  async #finishLater(
    entry: CommandEntry,
    operation: Operation,
    result: Promise<Reply>,
  ): Promise<void> {
    this.#host.watchConnections();
    try {
      const reply = await result;
      if (entry.definition.takesWriteConcern && this.context.writeConcern.journal) {
        await this.#host.engine.waitForJournal();
      }
      this.#complete(reply);
      this.#end(entry, operation);
    } catch (error) {
      this.#fail(entry, operation, error);
    }
  }

  #complete(reply: Reply): void {
    const writer = this.#writer;
    if (reply !== writer) copyFields(writer, reply as Uint8Array);
    if (this.context.definition.takesWriteConcern) this.#writeConcernError();
    writeOk(writer, this.#host.replyClock);
    writer.end();
  }

  /** `writeConcernError`, for a concern this server cannot meet or told by a fail point. */
  #writeConcernError(): void {
    const { context } = this;
    const error = context.failPointConcernError ??
      (context.writeConcern.isExplicit ? writeConcernError(context.writeConcern) : undefined);
    if (error === undefined) return;
    this.#writer.document("writeConcernError", error);
    const isLabelled = context.isRetryableWrite && isRetryableWriteCode(codeOf(error));
    writeLabels(
      this.#writer,
      context.failPointLabels ?? (isLabelled ? ["RetryableWriteError"] : []),
    );
  }

  #failUnknown(): void {
    const { body } = this.#request;
    let end = 5;
    while (end < body.length && body[end] !== 0) end++;
    const name = readText(body, Math.min(5, end), end);
    this.#host.counters.operations.command++;
    this.context.failPointLabels = undefined;
    this.context.isRetryableWrite = false;
    this.#writeFailure(new CommandError(ErrorCode.CommandNotFound, `no such command: '${name}'`));
  }

  #fail(entry: CommandEntry, operation: Operation, error: unknown): void {
    entry.failed++;
    if (error === HANG_UP) {
      this.context.dropConnection = true;
    } else {
      this.#openReply();
      const concern = entry.definition.takesWriteConcern && this.context.writeConcern.isExplicit
        ? writeConcernError(this.context.writeConcern)
        : undefined;
      this.#writeFailure(asCommandError(error) ?? this.#internalError(error, entry.name), concern);
    }
    this.context.exhaustRequest = undefined;
    this.#end(entry, operation);
  }

  /** `concernError`: a write that failed still tells when its concern could not have been met. */
  #writeFailure(error: CommandError, concernError?: Uint8Array): void {
    const host = this.#host;
    const { context } = this;
    const labels = context.failPointLabels ?? labelsOf(error, context.isRetryableWrite);
    writeError(this.#writer, error, labels, host);
    if (concernError !== undefined) this.#writer.document("writeConcernError", concernError);
    this.#writer.end();
    if (host.log.isDebug) {
      host.log.debug("COMMAND", "command failed", {
        command: context.definition?.name ?? "",
        code: error.code,
        error: error.message,
      });
    }
  }

  /** A bug of ours: told to the log with its stack, to the client without. */
  #internalError(error: unknown, command: string): CommandError {
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#host.log.error("COMMAND", "internal error", { command, stack });
    const text = error instanceof Error ? error.message : String(error);
    return new CommandError(ErrorCode.InternalError, text);
  }

  #end(entry: CommandEntry, operation: Operation): void {
    const host = this.#host;
    const { definition } = entry;
    host.operations.end(operation);
    if (this.context.isRetryableWrite) this.context.session?.checkIn(operation);
    this.#connection.operation = undefined;
    entry.total++;
    host.counters.operations[definition.counter ?? "command"]++;
    const tookMs = performance.now() - operation.startedAt;
    if (definition.target !== undefined) countUsage(host.counters, operation, definition, tookMs);
    const { profiler } = host;
    if (tookMs > profiler.slowMs || profiler.isWatching) this.#report(operation, tookMs);
    // Operations outlive their commands for a while; with their plans they would fill the old generation.
    operation.holder = undefined;
  }

  /** To the slow-query log and the profiler; a hello may wait long without being slow. */
  #report(operation: Operation, tookMs: number): void {
    const { context } = this;
    const { definition } = context;
    if (definition.isHandshake) return;
    const hasReply = !context.dropConnection;
    const message = hasReply ? this.#writer.view() : PREFIX;
    const mayProfile = definition.target !== undefined || definition.counter === "getmore";
    this.#host.profiler.report({
      operation,
      database: context.database,
      tookMs: tookMs - operation.waitedMs,
      reply: hasReply ? message.subarray(this.#prefixBytes) : undefined,
      replyBytes: hasReply ? message.length : 0,
    }, mayProfile && this.#host.fsyncLocks === 0);
  }

  /** The finished message, its header filled in; undefined when the client wants no answer. */
  message(responseTo: number): Uint8Array {
    const request = this.#request;
    const writer = this.#writer;
    lastReplyId = (lastReplyId + 1) & 0x7fffffff;
    if (request.isLegacy) {
      const bytes = writer.view();
      finishOpReply(bytes, lastReplyId, responseTo);
      return bytes;
    }
    let flags = this.context.exhaustRequest === undefined ? 0 : FLAG_MORE_TO_COME;
    if (request.hasChecksum && request.compressorId === 0) {
      flags |= FLAG_CHECKSUM_PRESENT;
      writer.append(PREFIX, 0, 4);
    }
    const bytes = writer.view();
    finishOpMsg(bytes, lastReplyId, responseTo, flags);
    return bytes;
  }
}

/** The application's name in a first hello, which the connection does not know before it has answered. */
function nameInHandshake(
  definition: CommandDefinition,
  args: ParsedArguments,
): string | undefined {
  return definition.isHandshake ? applicationNameOf(args.document("client")) : undefined;
}

function asCommandError(error: unknown): CommandError | undefined {
  return error instanceof CommandError ? error : undefined;
}

// What the write commands have in common: the list of statements (an array in the body, or a document sequence beside
// it), statement ids of retryable writes, and the reply with its writeErrors.

import type { BsonWriter } from "../../bson/encode.ts";
import { cstringEnd, documentEnd, elements, readInt32, valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { TimeSeries } from "../../storage/catalog.ts";
import type { Collection } from "../../storage/collection.ts";
import { checkWritable, PROFILE_NAME, splitNamespace } from "../../storage/namespace.ts";
import type { WriteFailure } from "../../write/statement_batch.ts";
import { integerAt, type ParsedArguments, wrongTypeError } from "../arguments.ts";
import type { CommandContext } from "../definition.ts";

/** mongod's maxWriteBatchSize. */
const MAX_BATCH = 100_000;
/** Replies stop listing error texts when they have grown this large. */
const MAX_ERROR_BYTES = 1024 * 1024;

/** Documents in one buffer. */
export interface StatementList {
  readonly bytes: Uint8Array;
  readonly starts: ArrayLike<number>;
  readonly count: number;
}

/** The documents under `name`, in the body or in a sequence beside it; 14 for other than documents. */
export function statementDocuments(
  context: CommandContext,
  args: ParsedArguments,
  name: string,
): StatementList {
  const sequence = context.sequences.get(name);
  return sequence === undefined
    ? arrayStatements(args, name)
    : { bytes: sequence.bytes, starts: sequence.starts, count: sequence.starts.length };
}

/** How the statements of a command are read. */
export interface StatementForm {
  parse(bytes: Uint8Array, start: number): ParsedArguments;
  /** Throws what is wrong with a statement beyond its types. */
  check(statement: ParsedArguments): void;
}

/** Throws 16 for too few or too many. */
export function checkBatchSize(count: number): void {
  if (count >= 1 && count <= MAX_BATCH) return;
  throw new CommandError(
    ErrorCode.InvalidLength,
    `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${count} operations.`,
  );
}

/** The statements of a write command. */
export function statementList(
  context: CommandContext,
  args: ParsedArguments,
  name: string,
): StatementList {
  const list = statementDocuments(context, args, name);
  checkBatchSize(list.count);
  return list;
}

function arrayStatements(args: ParsedArguments, name: string): StatementList {
  const bytes = args.body;
  const start = args.offset(name);
  const end = documentEnd(bytes, start) - 1;
  const starts: number[] = [];
  for (let at = start + 4; at < end;) {
    const type = bytes[at];
    const valueAt = cstringEnd(bytes, at + 1) + 1;
    if (type !== BsonType.Document) {
      throw wrongTypeError(`${args.plan.commandName}.${name}.${starts.length}`, type, "object");
    }
    starts.push(valueAt);
    at = valueEnd(bytes, type, valueAt);
  }
  return { bytes, starts, count: starts.length };
}

/** Parses every statement before the first one runs: a malformed one fails the command with nothing done. */
export function parseStatements(
  list: StatementList,
  form: StatementForm,
): readonly ParsedArguments[] {
  const parsed: ParsedArguments[] = [];
  for (let i = 0; i < list.count; i++) {
    const statement = form.parse(list.bytes, list.starts[i]);
    form.check(statement);
    parsed.push(statement);
  }
  return parsed;
}

/** The document of statement `index` as a view. */
export function statementAt(list: StatementList, index: number): Uint8Array {
  const start = list.starts[index];
  return list.bytes.subarray(start, start + readInt32(list.bytes, start));
}

/** The statement ids of a retryable write, one per statement: `stmtIds`, or counted from `stmtId`. */
export function statementIds(args: ParsedArguments, count: number): (index: number) => number {
  const given = args.array("stmtIds");
  if (given !== undefined && args.has("stmtId")) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "May not specify both stmtId and stmtIds in write command",
    );
  }
  if (given === undefined) {
    const first = args.int("stmtId", 0);
    return (index) => first + index;
  }
  const ids = [...elements(given)].map(({ bytes, type, at }) => integerAt(bytes, type, at));
  if (ids.length !== count) {
    throw new CommandError(
      ErrorCode.InvalidLength,
      "Number of statement ids must match the number of batch entries. Got " +
        `${ids.length} statement ids but ${count} operations.`,
    );
  }
  return (index) => ids[index];
}

/** Throws 73 for a name no write may touch: this fails the whole command. */
export function checkWriteNamespace(
  context: CommandContext,
  namespace: string = context.namespace,
): void {
  const { catalog } = context.engine;
  const entry = catalog.find(namespace);
  const isKnown = entry !== undefined && namespace !== "local.oplog.rs" &&
    entry.name.collection !== PROFILE_NAME;
  if (isKnown) return;
  const { database, collection } = splitNamespace(namespace);
  checkWritable(database, collection);
}

/** The collection a write goes to, undefined when it does not exist; refuses views, as an error of the statement. */
export function writableCollection(
  context: CommandContext,
  namespace: string = context.namespace,
): Collection | undefined {
  const { catalog } = context.engine;
  const collection = catalog.collection(namespace);
  if (collection !== undefined) return collection;
  const view = catalog.view(namespace);
  if (view === undefined) return undefined;
  throw new CommandError(
    ErrorCode.CommandNotSupportedOnView,
    view.options.timeSeries === undefined
      ? `Namespace ${namespace} is a view, not a collection`
      : `Namespace ${namespace} is a timeseries collection`,
  );
}

/** The time series of this name; looks no further where there is a collection. */
export function writableSeries(
  context: CommandContext,
  namespace: string = context.namespace,
): TimeSeries | undefined {
  const { catalog } = context.engine;
  if (catalog.collection(namespace) !== undefined) return undefined;
  return catalog.timeSeries(namespace);
}

/** The collection a write inserts into, created when it does not exist. */
export function collectionForInsert(
  context: CommandContext,
  namespace: string = context.namespace,
): Collection {
  return writableCollection(context, namespace) ??
    context.engine.definitions.ensureCollection(namespace);
}

/** `writeErrors` of a reply; nothing without failures. */
export function writeFailures(reply: BsonWriter, failures: readonly WriteFailure[]): void {
  if (failures.length === 0) return;
  reply.startArray("writeErrors");
  const start = reply.length;
  for (const { index, error } of failures) {
    reply.startDocument();
    reply.int32("index", index);
    reply.int32("code", error.code);
    const isFull = reply.length - start > MAX_ERROR_BYTES;
    reply.string("errmsg", isFull ? "" : error.message);
    if (error.info !== undefined && !isFull) {
      reply.append(error.info, 4, documentEnd(error.info, 0) - 1);
    }
    reply.end();
  }
  reply.end();
}

/** `retriedStmtIds` of a reply: the statements that had been done before. */
export function writeRetried(reply: BsonWriter, retried: readonly number[]): void {
  if (retried.length === 0) return;
  reply.startArray("retriedStmtIds");
  for (const id of retried) reply.int32(undefined, id);
  reply.end();
}

/** Interrupts (time limit, kill, shutdown) end an unordered batch too; mongod reports them as the command's error. */
const INTERRUPTS: ReadonlySet<number> = new Set([
  ErrorCode.MaxTimeMSExpired,
  ErrorCode.Interrupted,
  ErrorCode.InterruptedAtShutdown,
]);

export function endsCommand(error: CommandError): boolean {
  return INTERRUPTS.has(error.code);
}

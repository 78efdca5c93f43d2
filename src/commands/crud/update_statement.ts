// One update statement, as update and findAndModify and bulkWrite have it: checked, compiled, run.

import { documentOf, elements, getField, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { QueryContext } from "../../query/filter.ts";
import type { Collection } from "../../storage/collection.ts";
import type { WriteCommandName } from "../../write/executor_error.ts";
import { nextTimestamp } from "../../write/timestamp.ts";
import { TargetQuery } from "../../write/target_query.ts";
import { updateMany, updateOne, type UpdateOutcome } from "../../write/update.ts";
import { compileUpdate } from "../../write/update/compile_update.ts";
import { wrongTypeError } from "../arguments.ts";
import type { CommandContext } from "../definition.ts";
import { writeEngine } from "./retryable_engine.ts";
import { systemVariables } from "./system_variables.ts";

export interface UpdateStatement {
  readonly filter: Uint8Array;
  readonly update: RawValue;
  readonly constants?: Uint8Array | undefined;
  readonly multi: boolean;
  readonly upsert: boolean;
  readonly upsertSupplied?: boolean;
  readonly collation?: Uint8Array | undefined;
  readonly arrayFilters?: Uint8Array | undefined;
  readonly hint?: RawValue | undefined;
  readonly sort?: Uint8Array | undefined;
  readonly let?: Uint8Array | undefined;
  readonly bypassDocumentValidation: boolean;
  /** What errors name; "update" unless said otherwise. */
  readonly command?: WriteCommandName;
}

/** Variables and `$$NOW` for everything a command compiles. */
export function queryContext(context: CommandContext, variables?: Uint8Array): QueryContext {
  const { operation } = context;
  return {
    now: BigInt(Date.now()),
    let: variables,
    // Most statements have no expression.
    get constants() {
      return systemVariables(context.engine);
    },
    checkInterrupt: () => operation.checkInterrupt(),
  };
}

/** Validators with `validationAction: "warn"` tell the log. */
export function warningSink(context: CommandContext): (message: string) => void {
  return (message) => context.server.log.warning("STORAGE", message);
}

/** Runs a statement on a collection, which may not exist yet. */
export function runUpdate(
  context: CommandContext,
  collection: Collection | undefined,
  statement: UpdateStatement,
  createCollection: () => Collection,
): UpdateOutcome | Promise<UpdateOutcome> {
  checkStatement(statement, context);
  const query = new TargetQuery(collection, {
    filter: statement.filter,
    context: queryContext(context, statement.let),
    collation: statement.collation,
    hint: statement.hint,
    sort: statement.sort,
  });
  context.operation.use(query);
  const update = compileUpdate(statement.update, {
    context: query.context,
    arrayFilters: statement.arrayFilters && [...elements(statement.arrayFilters)].map(documentOf),
    isMulti: statement.multi,
    constants: statement.constants,
    nextTimestamp: () => nextTimestamp(context.engine.clock),
  });
  const request = {
    query,
    update,
    upsert: statement.upsert,
    bypassDocumentValidation: statement.bypassDocumentValidation,
    pacer: context.operation,
    warn: warningSink(context),
    createCollection,
    suppliedDocument: suppliedDocument(statement),
    command: statement.command,
  };
  const engine = writeEngine(context);
  return statement.multi ? updateMany(engine, request) : updateOne(engine, request);
}

function checkStatement({ multi, sort }: UpdateStatement, context: CommandContext): void {
  if (multi && sort !== undefined) throw sortWithMulti();
  if (multi && context.retryableWrite !== undefined) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "Cannot use (or request) retryable writes with multi=true",
    );
  }
}

export function sortWithMulti(): CommandError {
  return new CommandError(ErrorCode.FailedToParse, "Cannot specify sort with multi=true");
}

/** Throws unless the value is a replacement, operators, or a pipeline of documents. */
export function checkUpdateArgument(update: RawValue | undefined): void {
  if (update?.type === BsonType.Document) return;
  if (update?.type !== BsonType.Array) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "Update argument must be either an object or an array",
    );
  }
  for (const stage of elements(update.bytes, update.at)) {
    if (stage.type === BsonType.Document) continue;
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "Each element of the 'pipeline' array must be an object",
    );
  }
}

export function checkHint(hint: RawValue | undefined): void {
  if (
    hint === undefined || hint.type === BsonType.String || hint.type === BsonType.Document
  ) {
    return;
  }
  throw new CommandError(ErrorCode.FailedToParse, "Hint must be a string or an object");
}

/** Throws 14 unless every element is a document; `name` is how errors call the array. */
export function checkArrayFilters(filters: Uint8Array | undefined, name: string): void {
  if (filters === undefined) return;
  for (const filter of elements(filters)) {
    if (filter.type === BsonType.Document) continue;
    throw wrongTypeError(`${name}.${filter.name}`, filter.type, "object");
  }
}

function suppliedDocument({ upsertSupplied, constants }: UpdateStatement): Uint8Array | undefined {
  if (!upsertSupplied) return undefined;
  const supplied = constants === undefined ? undefined : getField(constants, "new");
  if (supplied?.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "the parameter 'upsertSupplied' is set to 'true', but no document was supplied",
    );
  }
  return documentOf(supplied);
}

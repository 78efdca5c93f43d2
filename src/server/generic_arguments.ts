// What holds for every command before it runs: session, transaction fields, API version, concerns.
//
// The usual request has an lsid and nothing else of these, so each check begins with a look at a field of ParsedArguments.
// Transactions come later: a request that begins or continues one is refused the way a server without them does.

import type { ParsedArguments } from "../commands/arguments.ts";
import {
  checkStandaloneWriteConcern,
  parseReadConcern,
  parseWriteConcern,
} from "../commands/concerns.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Host } from "./host.ts";
import type { RequestContext } from "./request_context.ts";
import { isSameSession, type Session, sessionUuidOffset } from "../session/sessions.ts";

/** The session a connection used last: most connections use one for long. */
const lastSessions = new WeakMap<RequestContext, Session>();

/** Finds or begins the session of the request. */
export function useSession(host: Host, context: RequestContext, args: ParsedArguments): void {
  const at = sessionUuidOffset(args.body, args.lsidAt);
  let session = lastSessions.get(context);
  if (session === undefined || session.isEnded || !isSameSession(session, args.body, at)) {
    session = host.sessions.use(args.body, args.lsidAt, host.coarseNowMs);
    lastSessions.set(context, session);
  }
  session.lastUseMs = host.coarseNowMs;
  context.session = session;
  context.operation.sessionKey = session.key;
}

export function checkGenericArguments(
  host: Host,
  context: RequestContext,
  args: ParsedArguments,
): void {
  const { definition } = context;
  if (
    args.txnNumberAt >= 0 || args.autocommit !== undefined || args.startTransaction !== undefined
  ) {
    checkTransactionFields(host, context, args);
  }
  if (args.apiVersionAt >= 0 || args.apiStrict || args.apiDeprecationErrors) {
    checkApiVersion(context, args);
  }
  if (args.readConcernAt >= 0) {
    context.readConcern = parseReadConcern(
      args.readConcern,
      definition.takesReadConcern ?? false,
      definition.name,
    );
  }
  if (args.writeConcernAt >= 0) {
    context.writeConcern = parseWriteConcern(
      args.writeConcern,
      definition.takesWriteConcern === true,
      definition.name,
    );
    if (host.identity.setName === undefined) checkStandaloneWriteConcern(context.writeConcern);
  }
}

function checkTransactionFields(host: Host, context: RequestContext, args: ParsedArguments): void {
  const { session, definition } = context;
  const { txnNumber } = args;
  if (txnNumber === undefined) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      args.autocommit === undefined
        ? "'startTransaction' field requires 'autocommit' field to also be specified"
        : "'autocommit' field requires a transaction number to also be specified",
    );
  }
  if (session === undefined) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "Transaction number requires a session ID to also be specified",
    );
  }
  if (txnNumber < 0) {
    throw new CommandError(ErrorCode.InvalidOptions, "Transaction number cannot be negative");
  }
  if (args.autocommit === true) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "Specifying autocommit=true is not allowed.",
    );
  }
  if (args.startTransaction !== undefined && args.autocommit === undefined) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "'startTransaction' field requires 'autocommit' field to also be specified",
    );
  }
  if (args.autocommit === false && host.identity.setName !== undefined) {
    // Drivers turn code 20 into advice about retryable writes; this one they pass on.
    throw new CommandError(
      ErrorCode.OperationNotSupportedInTransaction,
      `Cannot run '${definition.name}' in a multi-document transaction.`,
    );
  }
  if (host.identity.setName === undefined) {
    throw new CommandError(
      ErrorCode.IllegalOperation,
      "Transaction numbers are only allowed on a replica set member or mongos",
    );
  }
  if (definition.retryableWrite !== true) {
    throw new CommandError(
      50768,
      `It is illegal to provide a txnNumber for command ${definition.name}`,
    );
  }
  context.isRetryableWrite = true;
}

function checkApiVersion(context: RequestContext, args: ParsedArguments): void {
  const version = args.apiVersion;
  const { definition } = context;
  if (version === undefined) {
    throw new CommandError(
      4886600,
      "Provided apiStrict and/or apiDeprecationErrors without passing apiVersion",
    );
  }
  if (version !== "1") {
    throw new CommandError(ErrorCode.APIVersionError, 'API version must be "1"');
  }
  if (args.apiStrict && definition.apiVersion1 !== true) {
    throw new CommandError(
      ErrorCode.APIStrictError,
      `Provided apiStrict:true, but the command ${definition.name} is not in API Version 1. ` +
        "Information on supported commands and migrations in API Version 1 can be found at " +
        "https://dochub.mongodb.org/core/manual-versioned-api",
    );
  }
  if (args.apiStrict) checkStableArguments(context, args);
}

function checkStableArguments({ definition }: RequestContext, args: ParsedArguments): void {
  for (const [name, { unstable }] of Object.entries(definition.arguments)) {
    if (unstable !== true || !args.has(name)) continue;
    throw new CommandError(
      ErrorCode.APIStrictError,
      `BSON field '${definition.name}.${name}' is not allowed with apiStrict:true.`,
    );
  }
}

// What a command is, and what it gets to work with.
//
// One command is one exported CommandDefinition in a file named after it, listed in commands/all.ts. `run` returns
// synchronously where it can: dispatch then answers without a turn of the event loop. It writes its fields into
// `context.reply` (open already) and returns it, or returns a finished document whose fields are copied; `ok`,
// `operationTime` and `$clusterTime` are appended by server/dispatch.ts, which also turns errors into replies.

import type { BsonWriter } from "../bson/encode.ts";
import type { Log } from "../log.ts";
import type { CursorRegistry } from "../session/cursors.ts";
import type { Operation } from "../session/operation.ts";
import type { OperationRegistry } from "../session/operation_registry.ts";
import type { Profiler } from "../session/profiler.ts";
import type { RetryableWrite } from "../session/retryable_writes.ts";
import type { Session, SessionRegistry } from "../session/sessions.ts";
import type { StorageEngine } from "../storage/engine.ts";
import type { DocumentSequence } from "../wire/request.ts";
import type { ArgumentTable, ParsedArguments } from "./arguments.ts";
import type { ReadConcern, WriteConcern } from "./concerns.ts";
import type { FailPoints } from "./fail_points.ts";
import type { Parameters } from "./parameters.ts";

export type { DocumentSequence } from "../wire/request.ts";

/** What a server is called and may do, fixed when it starts. */
export interface ServerIdentity {
  readonly version: string;
  readonly productVersion: string;
  /** undefined for a standalone server. */
  readonly setName: string | undefined;
  readonly port: number;
  readonly storagePath: string;
  readonly arguments: readonly string[];
  /** The options as mongod's configuration tree shows them (getCmdLineOpts). */
  readonly parsedOptions: Uint8Array;
  readonly startedAtMs: number;
}

/** Counters that serverStatus shows; dispatch and the connections add to them. */
export interface ServerCounters {
  connectionsCreated: number;
  bytesIn: number;
  bytesOut: number;
  requests: number;
  /** By what a definition says it counts as (opcounters). */
  readonly operations: Record<OperationKind, number>;
  /** Per namespace, for `top`. */
  readonly usage: Map<string, NamespaceUsage>;
}

/** What opcounters and `top` count a command as. */
export type OperationKind = "insert" | "query" | "update" | "delete" | "getmore" | "command";

export interface CommandUsage {
  readonly name: string;
  total: number;
  failed: number;
}

/** Time spent on a namespace, by kind of command. */
export type NamespaceUsage = Record<OperationKind, KindUsage>;

export interface KindUsage {
  micros: number;
  count: number;
  /** How many took about as long as each of LATENCY_BOUNDS (latency_histogram.ts); made when first needed. */
  histogram?: Uint32Array;
}

/** The server as commands see it. Implemented by server/server.ts. */
export interface ServerState {
  readonly identity: ServerIdentity;
  readonly log: Log;
  readonly engine: StorageEngine;
  readonly cursors: CursorRegistry;
  readonly sessions: SessionRegistry;
  readonly operations: OperationRegistry;
  readonly profiler: Profiler;
  readonly parameters: Parameters;
  readonly failPoints: FailPoints;
  readonly counters: ServerCounters;
  readonly connections: ReadonlySet<ConnectionState>;
  readonly topology: Topology;
  readonly commands: readonly CommandDefinition[];
  /** Requests and failures per command. */
  readonly commandUsage: readonly CommandUsage[];
  readonly testCommandsEnabled: boolean;
  /** Writes wait while fsync with lock holds the count above 0. */
  fsyncLocks: number;
  /** True once a stop began: new requests get 91. */
  readonly isStopping: boolean;
  /** Begins a stop as SIGTERM does; resolves when the server is down. */
  requestStop(): Promise<void>;
}

/** The server's view of its set, as drivers' monitors follow it. */
export interface Topology {
  readonly processId: Uint8Array;
  readonly counter: number;
  /** Resolves at the next change, or after the time given. */
  waitForChange(counter: number, timeoutMs: number, operation: Operation): Promise<void>;
}

/** One client connection as commands see it. Implemented by server/connection.ts. */
export interface ConnectionState {
  readonly id: number;
  /** "127.0.0.1:53124", or "anonymous unix socket". */
  readonly remoteAddress: string;
  /** The address the client reached us at, fit for `me` and `hosts`. */
  readonly localAddress: string;
  /** client.application.name of the metadata. */
  readonly applicationName: string | undefined;
  /** The `client` document of the first hello. */
  clientMetadata: Uint8Array | undefined;
  /** Compressors agreed on in hello, in the client's order. */
  compressors: readonly string[];
  readonly operation: Operation | undefined;
}

/** Everything about the request at hand. One object per connection, filled anew for each request: keep none of it. */
export interface CommandContext {
  readonly server: ServerState;
  readonly connection: ConnectionState;
  readonly engine: StorageEngine;
  /** `$db`, checked to be a valid database name. */
  readonly database: string;
  /** "db.collection" where the definition's target is a collection; else "db.$cmd". */
  readonly namespace: string;
  readonly definition: CommandDefinition;
  /** The body document; stays valid as long as anyone holds it unless the definition says `transientBody`. */
  readonly body: Uint8Array;
  readonly sequences: ReadonlyMap<string, DocumentSequence>;
  readonly operation: Operation;
  readonly session: Session | undefined;
  /** Set for a write with lsid and txnNumber outside a transaction. */
  readonly retryableWrite: RetryableWrite | undefined;
  readonly readConcern: ReadConcern;
  readonly writeConcern: WriteConcern;
  /** Open top-level document of the reply. */
  readonly reply: BsonWriter;
  /** The client allows several replies to this request (exhaust). */
  readonly exhaustAllowed: boolean;
  /** Set by the command when another reply follows: it is run again with `exhaustRequest` as body. */
  exhaustRequest: Uint8Array | undefined;
  /** The connection is closed without an answer (shutdown). */
  dropConnection: boolean;
}

/** `context.reply`, or a finished document whose fields are copied into it. */
export type Reply = BsonWriter | Uint8Array;

/** What stands in the command's own field. */
export type CommandTarget =
  /** Any value (`{ping: 1}`). */
  | "none"
  /** A collection name; others are refused with mongod's error. */
  | "collection"
  /** A collection name or the number 1 (aggregate). */
  | "collectionOrDatabase";

export interface CommandDefinition<Table extends ArgumentTable = ArgumentTable> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly help: string;
  /** Whether a client that has not authenticated may run it. */
  readonly auth: "none" | "required";
  readonly adminOnly?: boolean;
  readonly apiVersion1?: boolean;
  /** Answered only when test commands are enabled; unknown (59) otherwise. */
  readonly testOnly?: boolean;
  readonly target?: CommandTarget;
  /** What opcounters and `top` count it as. */
  readonly counter?: OperationKind;
  /**
   * A write: takes a write concern. Dispatch waits for the journal where the concern asks for it and adds
   * `writeConcernError`; while fsync holds its lock the command waits.
   */
  readonly takesWriteConcern?: boolean;
  readonly takesReadConcern?: boolean | "notSnapshot";
  /** Takes txnNumber outside a transaction. */
  readonly retryableWrite?: boolean;
  /** Keeps nothing of its arguments behind its answer, so they may stay in the read buffer (insert, ping). */
  readonly transientBody?: boolean;
  /** Answered while the server is stopping. */
  readonly whileStopping?: boolean;
  /** hello in its forms: also as OP_QUERY; may wait long without being slow. */
  readonly isHandshake?: boolean;
  /** Fields that `arguments` does not name are no error. */
  readonly takesAnyField?: boolean;
  readonly arguments: Table;
  run(
    context: CommandContext,
    args: ParsedArguments<Extract<keyof Table, string>>,
  ): Reply | Promise<Reply>;
}

/** Gives `run` the argument names its table declares, so that a misspelled one does not compile. */
export function defineCommand<const Table extends ArgumentTable>(
  definition: CommandDefinition<Table>,
): CommandDefinition {
  return definition as unknown as CommandDefinition;
}

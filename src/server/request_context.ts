// The context a command runs with: one object per connection, filled anew for each request.
//
// Only one command runs on a connection at a time, so the object is used again and again; a command that works on behind
// its answer (a cursor) copies what it needs out of it.

import type { BsonWriter } from "../bson/encode.ts";
import {
  DEFAULT_READ_CONCERN,
  DEFAULT_WRITE_CONCERN,
  type ReadConcern,
  type WriteConcern,
} from "../commands/concerns.ts";
import type {
  CommandContext,
  CommandDefinition,
  ConnectionState,
  DocumentSequence,
  ServerState,
} from "../commands/definition.ts";
import type { Operation } from "../session/operation.ts";
import type { RetryableWrite } from "../session/retryable_writes.ts";
import type { Session } from "../session/sessions.ts";
import type { StorageEngine } from "../storage/engine.ts";
import type { Request } from "../wire/request.ts";

export class RequestContext implements CommandContext {
  readonly engine: StorageEngine;
  database = "";
  namespace = "";
  definition!: CommandDefinition;
  operation!: Operation;
  session: Session | undefined = undefined;
  retryableWrite: RetryableWrite | undefined = undefined;
  readConcern: ReadConcern = DEFAULT_READ_CONCERN;
  writeConcern: WriteConcern = DEFAULT_WRITE_CONCERN;
  exhaustRequest: Uint8Array | undefined = undefined;
  dropConnection = false;
  /** Came with a txnNumber: its errors may be labelled RetryableWriteError. */
  isRetryableWrite = false;
  /** Of the failCommand fail point, to be reported beside the command's own result. */
  failPointConcernError: Uint8Array | undefined = undefined;
  failPointLabels: readonly string[] | undefined = undefined;

  constructor(
    readonly server: ServerState,
    readonly connection: ConnectionState,
    readonly reply: BsonWriter,
    readonly request: Request,
  ) {
    this.engine = server.engine;
  }

  get body(): Uint8Array {
    return this.request.body;
  }

  get sequences(): ReadonlyMap<string, DocumentSequence> {
    return this.request.sequences;
  }

  get exhaustAllowed(): boolean {
    return this.request.exhaustAllowed;
  }

  /** Forgets the request before. */
  reset(definition: CommandDefinition, operation: Operation): void {
    this.definition = definition;
    this.operation = operation;
    this.database = "";
    this.namespace = "";
    this.session = undefined;
    this.retryableWrite = undefined;
    this.readConcern = DEFAULT_READ_CONCERN;
    this.writeConcern = DEFAULT_WRITE_CONCERN;
    this.exhaustRequest = undefined;
    this.isRetryableWrite = false;
    this.failPointConcernError = undefined;
    this.failPointLabels = undefined;
  }
}

// What a few stages need that only the command layer has: the running operation, sessions, counters, the server's name.
//
// The command layer fills it in (commands/crud/pipeline_services.ts). Everything about collections comes from the engine.

import { assert } from "../assert.ts";
import type { StorageEngine } from "../storage/engine.ts";
import type { Pacer } from "../stream/pacer.ts";

/** The options of $currentOp. */
export interface CurrentOperationOptions {
  readonly idleConnections: boolean;
  readonly idleSessions: boolean;
  readonly idleCursors: boolean;
}

/** How often something was done on a namespace, and how long that took. */
export interface OperationLatency {
  readonly count: number;
  readonly micros: number;
  /** Operations by the least time of their bucket, in microseconds, ascending. */
  readonly histogram: ReadonlyMap<number, number>;
}

/** The groups of $collStats.latencyStats. */
export interface NamespaceLatency {
  readonly reads: OperationLatency;
  readonly writes: OperationLatency;
  readonly commands: OperationLatency;
}

/** A session as $listLocalSessions shows it. */
export interface SessionEntry {
  /** The UUID's 16 bytes. */
  readonly id: Uint8Array;
  readonly lastUseMs: number;
}

export interface PipelineServices {
  readonly engine: StorageEngine;
  /** "host:port" of this server. */
  readonly host: string;
  /** Of the command that reads from the pipeline now. */
  readonly pacer: Pacer;
  /** The command's own flag, for stages that write. */
  readonly bypassDocumentValidation: boolean;
  /** Where validators with `validationAction: "warn"` tell of a document. */
  warn(message: string): void;
  currentOperations(options: CurrentOperationOptions): Uint8Array[];
  sessions(): SessionEntry[];
  latency(namespace: string): NamespaceLatency;
}

/** The services of a pipeline that a command runs. */
export function servicesOf(
  { services }: { readonly services?: PipelineServices | undefined },
): PipelineServices {
  assert(services !== undefined, "this pipeline has no services");
  return services;
}

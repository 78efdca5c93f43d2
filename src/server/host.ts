// What connections and dispatch need from the server they belong to, beyond what commands see.
//
// An interface of its own, so that server.ts, connection.ts and dispatch.ts do not import one another in a circle.

import type { ServerState } from "../commands/definition.ts";
import type { Operation } from "../session/operation.ts";
import type { CommandTable } from "./command_table.ts";
import type { ClockReading } from "./reply.ts";
import type { ServerTopology } from "./topology.ts";

export interface Host extends ServerState {
  readonly table: CommandTable;
  readonly topology: ServerTopology;
  /** The clock replies show; undefined on a standalone server. */
  readonly replyClock: ClockReading | undefined;
  /** Time in milliseconds, a little late: good enough for time-outs of minutes. */
  readonly coarseNowMs: number;
  /** A command goes on behind an await: its connection is watched for a client that hangs up. */
  watchConnections(): void;
}

/** What dispatch sets on its connection. */
export interface DispatchTarget {
  operation: Operation | undefined;
}

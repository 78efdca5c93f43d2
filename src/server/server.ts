// A running server: its listeners, its connections, and what they share.
//
// Several servers live in one process, so nothing here is global. Binding, accepting and stopping are separate steps: the
// address is taken first (a port in use fails before any file is touched), clients are served once the storage engine is
// open, and a stop answers 91 while it waits for what is running.

import type { CommandDefinition, ServerCounters, ServerIdentity } from "../commands/definition.ts";
import { FailPoints } from "../commands/fail_points.ts";
import { applyParameters, Parameters } from "../commands/parameters.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Log } from "../log.ts";
import { CursorRegistry } from "../session/cursors.ts";
import { OperationRegistry } from "../session/operation_registry.ts";
import { Profiler, type ProfilerOptions } from "../session/profiler.ts";
import { SessionRegistry } from "../session/sessions.ts";
import type { StorageEngine } from "../storage/engine.ts";
import { CommandTable } from "./command_table.ts";
import { Connection } from "./connection.ts";
import type { Host } from "./host.ts";
import { type Listener, localAddressOf, remoteAddressOf } from "./listener.ts";
import type { ClockReading } from "./reply.ts";
import { SocketTurn } from "./socket_turn.ts";
import { ServerTopology } from "./topology.ts";

/** How often a waiting command's connection is looked at. */
const WATCH_INTERVAL_MS = 40;
/** How often idle cursors and sessions are looked for. */
const EXPIRY_INTERVAL_MS = 10_000;

export interface ServerOptions {
  readonly identity: ServerIdentity;
  readonly engine: StorageEngine;
  readonly log: Log;
  readonly commands: readonly CommandDefinition[];
  readonly listeners: readonly Listener[];
  readonly testCommandsEnabled: boolean;
  readonly parameters: Parameters;
  readonly profiling?: ProfilerOptions | undefined;
  readonly connectionsMax: number;
  /** How long a stop waits for running commands before it interrupts them. */
  readonly drainMs: number;
  /** The shutdown command asks for a stop of the whole program. */
  requestStop(): Promise<void>;
}

export class Server implements Host {
  readonly identity: ServerIdentity;
  readonly engine: StorageEngine;
  readonly log: Log;
  readonly cursors = new CursorRegistry();
  readonly sessions = new SessionRegistry();
  readonly operations = new OperationRegistry();
  readonly profiler: Profiler;
  readonly failPoints = new FailPoints();
  readonly topology = new ServerTopology();
  readonly table: CommandTable;
  readonly commands: readonly CommandDefinition[];
  readonly connections = new Set<Connection>();
  readonly counters: ServerCounters = {
    connectionsCreated: 0,
    bytesIn: 0,
    bytesOut: 0,
    requests: 0,
    operations: { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 },
    usage: new Map(),
  };
  readonly parameters: Parameters;
  readonly testCommandsEnabled: boolean;
  readonly replyClock: ClockReading | undefined;
  fsyncLocks = 0;
  coarseNowMs: number = Date.now();
  readonly #options: ServerOptions;
  #isStopping = false;
  #watchTimer: ReturnType<typeof setInterval> | undefined;
  #expiryTimer: ReturnType<typeof setInterval> | undefined;
  #accepting: Promise<void>[] = [];
  #turn: Promise<SocketTurn | undefined> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.commands = options.commands;
    this.table = new CommandTable(options.commands);
    this.engine = options.engine;
    this.log = options.log;
    this.profiler = new Profiler(options.engine, options.log, options.profiling);
    this.parameters = options.parameters;
    applyParameters(this.parameters, this.engine);
    this.testCommandsEnabled = options.testCommandsEnabled;
    if (options.testCommandsEnabled) {
      this.cursors.failAfterCheckOut = () => getMoreFailure(this.failPoints);
    }
    this.replyClock = this.identity.setName === undefined ? undefined : options.engine.clock;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  get commandUsage(): CommandTable["entries"] {
    return this.table.entries;
  }

  requestStop(): Promise<void> {
    return this.#options.requestStop();
  }

  /** Begins to serve the clients of the listeners. */
  serve(): void {
    this.#turn = SocketTurn.open();
    this.#accepting = this.#options.listeners.map((listener) => this.#accept(listener));
    const timer = setInterval(() => this.expire(Date.now()), EXPIRY_INTERVAL_MS);
    Deno.unrefTimer(timer as unknown as number);
    this.#expiryTimer = timer;
  }

  async #accept(listener: Listener): Promise<void> {
    while (!this.#isStopping) {
      try {
        this.#open(await listener.accept(), listener);
      } catch (error) {
        if (this.#isStopping) return;
        // A client that is gone again, or no file descriptors left: others are to be served on.
        this.log.warning("NETWORK", "a connection could not be accepted", { error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  #open(socket: Deno.Conn, listener: Listener): void {
    if (this.connections.size >= this.#options.connectionsMax) {
      this.log.warning("NETWORK", "connection refused: too many open connections", {
        connections: this.connections.size,
      });
      socket.close();
      return;
    }
    if ("setNoDelay" in socket) (socket as Deno.TcpConn).setNoDelay(true);
    const id = ++this.counters.connectionsCreated;
    const remote = remoteAddressOf(socket);
    const connection = new Connection(
      this,
      socket,
      id,
      remote,
      localAddressOf(socket, listener),
    );
    this.connections.add(connection);
    if (this.log.isDebug) this.log.debug("NETWORK", "connection accepted", { remote, id });
    connection.serve().finally(() => {
      this.connections.delete(connection);
      if (this.log.isDebug) this.log.debug("NETWORK", "connection ended", { remote, id });
    });
  }

  /** Looks at connections whose command waits, as long as there are any. */
  watchConnections(): void {
    if (this.#watchTimer !== undefined) return;
    this.#watchTimer = setInterval(() => this.#watch(), WATCH_INTERVAL_MS);
  }

  #watch(): void {
    const now = performance.now();
    let running = 0;
    for (const connection of this.connections) {
      const { operation } = connection;
      if (operation === undefined) continue;
      running++;
      if (now - operation.startedAt > WATCH_INTERVAL_MS / 2) connection.watchForHangUp();
    }
    if (running > 0) return;
    clearInterval(this.#watchTimer);
    this.#watchTimer = undefined;
  }

  /** Gives up cursors and sessions nobody used for their time-out. */
  expire(nowMs: number): void {
    this.coarseNowMs = nowMs;
    this.cursors.timeoutMs = this.parameters.number("cursorTimeoutMillis");
    this.cursors.closeIdle(nowMs);
    for (const session of this.sessions.takeIdle(nowMs)) this.cursors.killForSession(session);
    for (const connection of this.connections) connection.releaseMemory();
  }

  /** Ends the service: 91 for new requests, time for running ones, then interrupts and closes. Idempotent. */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    this.topology.change();
    for (const listener of this.#options.listeners) listener.close();
    await this.#waitForOperations(this.#options.drainMs);
    if (this.operations.size > 0) {
      this.operations.killAll(ErrorCode.InterruptedAtShutdown);
      await this.#waitForOperations(2000);
    }
    this.cursors.closeAll();
    for (const connection of [...this.connections]) connection.close();
    clearInterval(this.#watchTimer);
    clearInterval(this.#expiryTimer);
    await Promise.all(this.#accepting);
    (await this.#turn)?.close();
  }

  async #waitForOperations(limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    // Awaitable hellos have been woken by the topology change; let them answer.
    await new Promise((resolve) => setTimeout(resolve, 0));
    while (this.operations.size > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** What the fail point failGetMoreAfterCursorCheckout does to a getMore now. */
function getMoreFailure(failPoints: FailPoints): CommandError | undefined {
  if (!failPoints.isActive) return undefined;
  const data = failPoints.enter("failGetMoreAfterCursorCheckout");
  if (data === undefined) return undefined;
  return new CommandError(
    data.errorCode ?? ErrorCode.InternalError,
    "Hit the failGetMoreAfterCursorCheckout failpoint",
    { labels: data.errorLabels ?? [] },
  );
}

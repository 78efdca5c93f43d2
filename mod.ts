/**
 * SecantusDB: a document database that speaks the MongoDB wire protocol and stores its data in WiredTiger.
 *
 * {@link SecantusDBServer} is the whole of it: a server inside your program, for applications and for tests. Every
 * MongoDB driver and tool connects to it unchanged.
 *
 * @example A server on a free port that keeps nothing
 * ```ts
 * import { SecantusDBServer } from "@secantus/db";
 *
 * await using server = new SecantusDBServer({ port: 0, storagePath: ":memory:" });
 * await server.start();
 * console.log(server.uri); // mongodb://127.0.0.1:41067
 * ```
 *
 * @module
 */

import { documentFrom } from "./src/bson/encode.ts";
import type { BsonValue } from "./src/bson/value.ts";
import { ALL_COMMANDS } from "./src/commands/all.ts";
import { Parameters } from "./src/commands/parameters.ts";
import { MONGODB_VERSION, PRODUCT_VERSION } from "./src/commands/server_facts.ts";
import { joinRoomLogs, Log, type LogLevel, type LogSink, logtapeSink } from "./src/log.ts";
import { joinAddress, type Listener, listenTcp, listenUnix } from "./src/server/listener.ts";
import { Server } from "./src/server/server.ts";
import { StorageEngine } from "./src/storage/engine.ts";

export type {
  LogAttributes,
  LogComponent,
  LogLevel,
  LogOrigin,
  LogRecord,
  LogSink,
  LogValue,
} from "./src/log.ts";

/** The version of this package. */
export const VERSION: string = PRODUCT_VERSION;

/** The MongoDB version whose answers the server gives. */
export const COMPATIBLE_VERSION: string = MONGODB_VERSION;

/** Settings that the `profile` command changes later. */
export interface ProfilingOptions {
  /** The level of every database: 0 nothing (default), 1 slow operations, 2 all operations. */
  readonly level?: 0 | 1 | 2;
  /** Operations that take more milliseconds are slow. Default 100. */
  readonly slowMs?: number;
  /** The share of slow operations that is logged and profiled, from 0 to 1. Default 1. */
  readonly sampleRate?: number;
}

/** How a {@link SecantusDBServer} is to run; everything has a default. */
export interface SecantusDBServerOptions {
  /** Address or addresses to listen on, comma-separated. Default `127.0.0.1`. */
  readonly host?: string;
  /** TCP port; 0 takes a free one. Default 27017. */
  readonly port?: number;
  /** Path of a Unix socket to listen on as well. */
  readonly unixSocket?: string;
  /** Directory of the data, or `:memory:` for data that are gone when the server stops. Default `./secantus-data`. */
  readonly storagePath?: string;
  /** Memory for WiredTiger's cache, in megabytes. */
  readonly cacheSizeMb?: number;
  /** The native library; by default the one embedded in the binary or built into the cache. */
  readonly libraryPath?: string;
  /** Name of the replica set the server poses as. Default `secantus`. */
  readonly replicaSet?: string;
  /** Pose as a standalone server instead of a replica set of one. */
  readonly standalone?: boolean;
  /** Allow `configureFailPoint`. */
  readonly enableTestCommands?: boolean;
  /** Connections beyond this number are refused. */
  readonly connectionsMax?: number;
  /** What a stop grants running commands before it interrupts them, in milliseconds. Default 1000. */
  readonly drainMs?: number;
  /** Default `INFO`. */
  readonly logLevel?: LogLevel;
  /** Takes log records; by default they go to LogTape's category `secantusdb`. */
  readonly logSink?: LogSink;
  /** What the profiler and the slow-query log start with. */
  readonly profiling?: ProfilingOptions;
  /** Server parameters to start with, as mongod's `--setParameter`. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  /** The words the program was started with, for `getCmdLineOpts`. */
  readonly commandLine?: readonly string[];
}

/**
 * A SecantusDB server. Several may run in one process.
 *
 * @example Use it through the MongoDB driver
 * ```ts
 * import { SecantusDBServer } from "@secantus/db";
 * import { MongoClient } from "mongodb";
 *
 * await using server = new SecantusDBServer({ port: 0, storagePath: ":memory:" });
 * await server.start();
 * const client = new MongoClient(server.uri);
 * const bottles = client.db("wine_cellar").collection("bottles");
 * await bottles.insertOne({ name: "Barolo", year: 2016 });
 * console.log(await bottles.findOne({ year: 2016 }));
 * await client.close();
 * ```
 */
export class SecantusDBServer implements AsyncDisposable {
  readonly #options: SecantusDBServerOptions;
  readonly #log: Log;
  readonly #stopped = Promise.withResolvers<void>();
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * Prepares a server; nothing happens before {@link SecantusDBServer.start}.
   *
   * @param options How the server is to run.
   */
  constructor(options: SecantusDBServerOptions = {}) {
    checkOptions(options);
    this.#options = options;
    this.#log = new Log(options.logLevel ?? "INFO", options.logSink ?? logtapeSink);
  }

  /** The first address the server listens on. */
  get host(): string {
    return hosts(this.#options)[0];
  }

  /** The port the server listens on; once started the real one, also when 0 was asked for. */
  get port(): number {
    return this.#running?.port ?? this.#options.port ?? 27017;
  }

  /** The directory of the data, or `:memory:`. */
  get storagePath(): string {
    return this.#options.storagePath ?? "./secantus-data";
  }

  /** What a driver connects with. */
  get uri(): string {
    const host = this.host;
    const isAny = host === "0.0.0.0" || host === "::" || host === "*";
    return `mongodb://${joinAddress(isAny ? "127.0.0.1" : host, this.port)}`;
  }

  /** True between a finished start and the beginning of a stop. */
  get isRunning(): boolean {
    return this.#running !== undefined && this.#stopping === undefined;
  }

  /**
   * Opens the storage and listens; clients may connect when the promise resolves.
   *
   * @returns When the server is ready. Rejects with `Deno.errors.AddrInUse` when the port is taken.
   */
  start(): Promise<void> {
    if (this.#stopping !== undefined) {
      throw new TypeError("a stopped server cannot be started again");
    }
    return this.#starting ??= this.#start();
  }

  async #start(): Promise<void> {
    const listeners = await this.#listen();
    let engine: StorageEngine;
    try {
      engine = await StorageEngine.open({
        path: this.storagePath,
        changeLog: this.#options.standalone !== true,
        ...(this.#options.cacheSizeMb === undefined
          ? {}
          : { cacheSizeMb: this.#options.cacheSizeMb }),
        ...(this.#options.libraryPath === undefined
          ? {}
          : { libraryPath: this.#options.libraryPath }),
      });
    } catch (error) {
      for (const listener of listeners) listener.close();
      throw error;
    }
    const port = listeners.find((listener) => listener.port !== undefined)?.port ?? this.port;
    const server = new Server({
      identity: {
        version: MONGODB_VERSION,
        productVersion: PRODUCT_VERSION,
        setName: this.#options.standalone ? undefined : this.#options.replicaSet ?? "secantus",
        port,
        storagePath: this.storagePath,
        arguments: this.#options.commandLine ?? ["secantusdb"],
        parsedOptions: parsedOptions(this.#options, port, this.storagePath),
        startedAtMs: Date.now(),
      },
      engine,
      log: this.#log,
      commands: ALL_COMMANDS,
      listeners,
      testCommandsEnabled: this.#options.enableTestCommands === true,
      parameters: startParameters(this.#options),
      profiling: this.#options.profiling,
      connectionsMax: this.#options.connectionsMax ?? 1_000_000,
      drainMs: this.#options.drainMs ?? 1000,
      requestStop: () => this.stop(),
    });
    this.#running = { server, engine, port, leaveRoomLogs: joinRoomLogs(this.#log) };
    server.serve();
    this.#log.info(
      "NETWORK",
      `SecantusDB ${PRODUCT_VERSION} (MongoDB ${MONGODB_VERSION}), data in ${this.storagePath}. ` +
        `Waiting for connections at ${this.uri}`,
    );
  }

  async #listen(): Promise<Listener[]> {
    const { unixSocket } = this.#options;
    const listeners: Listener[] = [];
    try {
      for (const host of hosts(this.#options)) {
        listeners.push(listenTcp(host, listeners[0]?.port ?? this.port));
      }
      if (unixSocket !== undefined) listeners.push(await listenUnix(unixSocket));
    } catch (error) {
      for (const listener of listeners) listener.close();
      throw error;
    }
    return listeners;
  }

  /**
   * Waits for the end of the server.
   *
   * @returns When the server has stopped, by {@link SecantusDBServer.stop} or a client's `shutdown` command.
   */
  wait(): Promise<void> {
    return this.#stopped.promise;
  }

  /**
   * Stops the server: running commands get a moment to finish, connections are closed, the storage is closed cleanly.
   * May be called any number of times.
   *
   * @returns When all is closed.
   */
  stop(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  async #stop(): Promise<void> {
    // A stop during the start waits for it: a half-open storage cannot be closed.
    await this.#starting?.catch(() => undefined);
    try {
      if (this.#running !== undefined) {
        await this.#running.server.stop();
        await this.#running.engine.close();
        this.#running.leaveRoomLogs();
        this.#log.info("CONTROL", "stopped");
      }
    } finally {
      this.#stopped.resolve();
    }
  }

  /** Stops the server at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** What a started server consists of. */
interface Running {
  readonly server: Server;
  readonly engine: StorageEngine;
  readonly port: number;
  leaveRoomLogs(): void;
}

function hosts(options: SecantusDBServerOptions): string[] {
  const list = (options.host ?? "127.0.0.1").split(",").map((host) => host.trim());
  return list.filter((host) => host !== "" && !host.startsWith("/"));
}

function checkOptions(options: SecantusDBServerOptions): void {
  const { port, cacheSizeMb, storagePath, replicaSet } = options;
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    throw new RangeError(`port must be an integer from 0 to 65535, not ${port}`);
  }
  if (hosts(options).length === 0) throw new TypeError("host must not be empty");
  if (storagePath === "") throw new TypeError("storagePath must not be empty");
  if (replicaSet === "") throw new TypeError("replicaSet must not be empty");
  if (cacheSizeMb !== undefined && !(cacheSizeMb > 0)) {
    throw new RangeError(`cacheSizeMb must be above 0, not ${cacheSizeMb}`);
  }
}

function startParameters(options: SecantusDBServerOptions): Parameters {
  const parameters = new Parameters();
  for (const [name, value] of Object.entries(options.parameters ?? {})) {
    parameters.setAtStart(name, value);
  }
  parameters.setAtStart("enableTestCommands", options.enableTestCommands === true);
  return parameters;
}

/** What differs from the defaults, in mongod's names. */
function profilingTree(options: ProfilingOptions = {}): Record<string, BsonValue> | undefined {
  const { level = 0, slowMs = 100, sampleRate = 1 } = options;
  const tree: Record<string, BsonValue> = {};
  if (level > 0) tree.mode = level === 1 ? "slowOp" : "all";
  if (sampleRate !== 1) tree.slowOpSampleRate = sampleRate;
  if (slowMs !== 100) tree.slowOpThresholdMs = slowMs;
  return Object.keys(tree).length === 0 ? undefined : tree;
}

/** The options in the shape of mongod's configuration file. */
function parsedOptions(
  options: SecantusDBServerOptions,
  port: number,
  storagePath: string,
): Uint8Array {
  const net: Record<string, BsonValue> = { bindIp: options.host ?? "127.0.0.1", port };
  if (options.unixSocket !== undefined) {
    net.unixDomainSocket = documentFrom({ pathPrefix: options.unixSocket });
  }
  const tree: Record<string, BsonValue> = { net: documentFrom(net) };
  if (!options.standalone) {
    tree.replication = documentFrom({ replSet: options.replicaSet ?? "secantus" });
  }
  const parameters = Object.entries(options.parameters ?? {});
  if (options.enableTestCommands) parameters.push(["enableTestCommands", true]);
  if (parameters.length > 0) tree.setParameter = documentFrom(Object.fromEntries(parameters));
  const profiling = profilingTree(options.profiling);
  if (profiling !== undefined) tree.operationProfiling = documentFrom(profiling);
  tree.storage = documentFrom({ dbPath: storagePath });
  return documentFrom(tree);
}

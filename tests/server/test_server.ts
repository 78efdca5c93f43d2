// A server on a real socket for tests of the server rooms: own commands, no storage needed, raw messages.

import { BsonWriter, documentFrom } from "../../src/bson/encode.ts";
import { readInt32 } from "../../src/bson/read.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import type { CommandDefinition } from "../../src/commands/definition.ts";
import { connectionStatus } from "../../src/commands/connection/connection_status.ts";
import { hello, isMaster } from "../../src/commands/connection/hello.ts";
import { ping } from "../../src/commands/connection/ping.ts";
import { whatsmyuri } from "../../src/commands/connection/whatsmyuri.ts";
import { configureFailPoint } from "../../src/commands/admin/configure_fail_point.ts";
import { fsync, fsyncUnlock } from "../../src/commands/admin/fsync.ts";
import { getDefaultRWConcern } from "../../src/commands/admin/get_default_rw_concern.ts";
import { getParameter } from "../../src/commands/admin/get_parameter.ts";
import { setParameter } from "../../src/commands/admin/set_parameter.ts";
import { shutdown } from "../../src/commands/admin/shutdown.ts";
import { buildInfo } from "../../src/commands/diagnostic/build_info.ts";
import { currentOp } from "../../src/commands/diagnostic/current_op.ts";
import { getCmdLineOpts } from "../../src/commands/diagnostic/get_cmd_line_opts.ts";
import { getLog } from "../../src/commands/diagnostic/get_log.ts";
import { hostInfo } from "../../src/commands/diagnostic/host_info.ts";
import { killOp } from "../../src/commands/diagnostic/kill_op.ts";
import { listCommands } from "../../src/commands/diagnostic/list_commands.ts";
import { serverStatus } from "../../src/commands/diagnostic/server_status.ts";
import { top } from "../../src/commands/diagnostic/top.ts";
import { logout } from "../../src/commands/connection/logout.ts";
import { replSetGetConfig } from "../../src/commands/replication/repl_set_get_config.ts";
import { replSetGetStatus } from "../../src/commands/replication/repl_set_get_status.ts";
import { replSetInitiate } from "../../src/commands/replication/repl_set_initiate.ts";
import { endSessions } from "../../src/commands/session/end_sessions.ts";
import { killAllSessions } from "../../src/commands/session/kill_all_sessions.ts";
import { killAllSessionsByPattern } from "../../src/commands/session/kill_all_sessions_by_pattern.ts";
import { killSessions } from "../../src/commands/session/kill_sessions.ts";
import { refreshSessions } from "../../src/commands/session/refresh_sessions.ts";
import { startSession } from "../../src/commands/session/start_session.ts";
import { defineCommand } from "../../src/commands/definition.ts";
import { Parameters } from "../../src/commands/parameters.ts";
import { Log, type LogRecord } from "../../src/log.ts";
import { type Listener, listenTcp } from "../../src/server/listener.ts";
import { Server } from "../../src/server/server.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { Clock } from "../../src/storage/clock.ts";
import { PlannerState } from "../../src/storage/planner_state.ts";
import { deserialize, type Document } from "bson";

/** Commands that only tests have: each shows one thing dispatch must cope with. */
export const TEST_COMMANDS: readonly CommandDefinition[] = [
  defineCommand({
    name: "breaks",
    help: "Throws what no command should throw.",
    auth: "none",
    arguments: {},
    run: () => {
      throw new TypeError("broken on purpose");
    },
  }),
  defineCommand({
    name: "loops",
    help: "Works until it is interrupted.",
    auth: "none",
    arguments: {},
    async run(context) {
      for (;;) await context.operation.yieldNow();
    },
  }),
  defineCommand({
    name: "sleeps",
    help: "Waits for the given time.",
    auth: "none",
    arguments: { ms: { type: "int", fate: "required" } },
    async run(context, args) {
      await context.operation.sleep(args.int("ms")!);
      return context.reply;
    },
  }),
  defineCommand({
    name: "writes",
    help: "A write that changes nothing.",
    auth: "none",
    target: "collection",
    counter: "insert",
    takesWriteConcern: true,
    retryableWrite: true,
    arguments: { documents: { type: "array" }, filter: { type: "object" }, ms: { type: "int" } },
    async run(context, args) {
      const { reply, retryableWrite } = context;
      if (args.has("ms")) await context.operation.sleep(args.int("ms")!);
      const isRetried = retryableWrite?.answer(0) !== undefined;
      retryableWrite?.remember(0, documentFrom({}));
      reply.string("ns", context.namespace);
      reply.int32("n", context.sequences.get("documents")?.starts.length ?? 0);
      reply.bool("retried", isRetried);
      if (args.has("filter")) reply.document("filter", args.document("filter")!);
      return reply;
    },
  }),
  defineCommand({
    name: "grows",
    help: "Answers with the given number of bytes.",
    auth: "none",
    transientBody: true,
    arguments: { bytes: { type: "int", fate: "required" } },
    run(context, args) {
      context.reply.binary("data", 0, new Uint8Array(args.int("bytes")!));
      return context.reply;
    },
  }),
];

export const SERVER_COMMANDS: readonly CommandDefinition[] = [
  buildInfo,
  configureFailPoint,
  connectionStatus,
  currentOp,
  endSessions,
  fsync,
  fsyncUnlock,
  getCmdLineOpts,
  getDefaultRWConcern,
  getLog,
  getParameter,
  hello,
  hostInfo,
  isMaster,
  killAllSessions,
  killAllSessionsByPattern,
  killOp,
  killSessions,
  listCommands,
  logout,
  ping,
  refreshSessions,
  replSetGetConfig,
  replSetGetStatus,
  replSetInitiate,
  serverStatus,
  setParameter,
  shutdown,
  startSession,
  top,
  whatsmyuri,
];

export interface TestServerOptions {
  readonly setName?: string;
  readonly testCommands?: boolean;
  readonly drainMs?: number;
  readonly isDebug?: boolean;
  readonly connectionsMax?: number;
}

/** What the commands under test use of the storage engine. */
function stubEngine(): StorageEngine {
  const clock = new Clock();
  clock.tick();
  const statistics = () => new Map([["cache: bytes currently in the cache", 42]]);
  return {
    clock,
    store: { connection: { statistics }, planner: new PlannerState() },
    ttl: { isEnabled: false, sleepMs: 0, deletedDocuments: 0, passes: 0 },
    waitForJournal: () => Promise.resolve(),
  } as unknown as StorageEngine;
}

export class TestServer implements AsyncDisposable {
  readonly records: LogRecord[] = [];
  readonly server: Server;
  readonly listener: Listener;

  constructor(options: TestServerOptions = {}) {
    this.listener = listenTcp("127.0.0.1", 0);
    this.server = new Server({
      identity: {
        version: "8.2.11",
        productVersion: "0.1.0",
        setName: "setName" in options ? options.setName : "secantus",
        port: this.port,
        storagePath: ":memory:",
        arguments: ["secantusdb"],
        parsedOptions: documentFrom({}),
        startedAtMs: Date.now(),
      },
      engine: stubEngine(),
      log: new Log(options.isDebug ? "DEBUG" : "INFO", (record) => this.records.push(record)),
      commands: [...SERVER_COMMANDS, ...TEST_COMMANDS],
      listeners: [this.listener],
      testCommandsEnabled: options.testCommands ?? true,
      parameters: new Parameters(),
      connectionsMax: options.connectionsMax ?? 1000,
      drainMs: options.drainMs ?? 50,
      requestStop: () => this.server.stop(),
    });
    this.server.serve();
  }

  static standalone(): TestServer {
    return new TestServer({ setName: undefined as unknown as string });
  }

  get port(): number {
    return this.listener.port!;
  }

  async connect(): Promise<TestClient> {
    return new TestClient(await Deno.connect({ hostname: "127.0.0.1", port: this.port }));
  }

  /** Runs one command on a connection of its own. */
  async command(command: Record<string, BsonValue>, database?: string): Promise<Document> {
    using client = await this.connect();
    return await client.command(command, database);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop();
  }
}

export interface RawReply {
  readonly requestId: number;
  readonly responseTo: number;
  readonly opCode: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly document: Document;
}

/** Bytes of an OP_MSG with the given body. */
export function opMsg(
  body: Uint8Array,
  flags = 0,
  requestId = 1,
  sections?: Uint8Array,
): Uint8Array {
  const length = 21 + body.length + (sections?.length ?? 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, length, true);
  view.setInt32(4, requestId, true);
  view.setInt32(12, 2013, true);
  view.setUint32(16, flags, true);
  bytes.set(body, 21);
  if (sections !== undefined) bytes.set(sections, 21 + body.length);
  return bytes;
}

/** Bytes of an OP_QUERY. */
export function opQuery(collection: string, query: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(collection);
  const bytes = new Uint8Array(16 + 4 + name.length + 1 + 8 + query.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, true);
  view.setInt32(4, 3, true);
  view.setInt32(12, 2004, true);
  bytes.set(name, 20);
  view.setInt32(20 + name.length + 5, -1, true);
  bytes.set(query, 20 + name.length + 9);
  return bytes;
}

/** A section of kind 1. */
export function sequence(name: string, documents: readonly Uint8Array[]): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  const writer = new BsonWriter();
  writer.append(new Uint8Array(5));
  writer.append(encoded);
  writer.append(new Uint8Array(1));
  for (const document of documents) writer.append(document);
  const bytes = writer.bytes();
  bytes[0] = 1;
  new DataView(bytes.buffer).setInt32(1, bytes.length - 1, true);
  return bytes;
}

export class TestClient implements Disposable {
  #buffer = new Uint8Array(0);
  #requestId = 0;

  constructor(readonly socket: Deno.Conn) {}

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.socket.write(bytes.subarray(at));
  }

  async command(command: Record<string, BsonValue>, database = "admin"): Promise<Document> {
    await this.send(opMsg(documentFrom({ ...command, $db: database }), 0, ++this.#requestId));
    return (await this.read()).document;
  }

  /** The next message, or an error when the connection ends. */
  async read(): Promise<RawReply> {
    await this.#fill(4);
    const length = readInt32(this.#buffer, 0);
    await this.#fill(length);
    const bytes = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    const opCode = readInt32(bytes, 12);
    return {
      requestId: readInt32(bytes, 4),
      responseTo: readInt32(bytes, 8),
      opCode,
      flags: readInt32(bytes, 16),
      bytes,
      document: opCode === 2012 ? {} : deserialize(bytes.subarray(opCode === 1 ? 36 : 21), {
        allowObjectSmallerThanBufferSize: true,
      }),
    };
  }

  /** True when the server closes the connection without another byte. */
  async isClosed(): Promise<boolean> {
    try {
      return await this.socket.read(new Uint8Array(1)) === null;
    } catch {
      return true;
    }
  }

  async #fill(count: number): Promise<void> {
    const chunk = new Uint8Array(65536);
    while (this.#buffer.length < count) {
      const read = await this.socket.read(chunk);
      if (read === null) throw new Error("connection closed");
      const larger = new Uint8Array(this.#buffer.length + read);
      larger.set(this.#buffer);
      larger.set(chunk.subarray(0, read), this.#buffer.length);
      this.#buffer = larger;
    }
  }

  [Symbol.dispose](): void {
    try {
      this.socket.close();
    } catch {
      // The test closed it.
    }
  }
}

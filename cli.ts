// The daemon: flags, signals, exit codes.
//
// Exit codes are mongod's: 0 stopped cleanly, 2 bad options, 48 address in use, 100 the storage cannot be opened. The
// first SIGINT or SIGTERM stops cleanly; a second one ends the process at once (the storage recovers at the next start).

import { SecantusDBServer, VERSION } from "./mod.ts";
import { MONGODB_VERSION } from "./src/commands/server_facts.ts";
import { jsonLine, type LogSink, textLine } from "./src/log.ts";
import {
  type DaemonOptions,
  HELP,
  OptionsError,
  parseOptions,
} from "./src/server/daemon_options.ts";

const EXIT_BAD_OPTIONS = 2;
const EXIT_ADDRESS_IN_USE = 48;
const EXIT_UNCAUGHT = 100;

const encoder = new TextEncoder();

function writeLine(line: string): void {
  const bytes = encoder.encode(line + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** Log lines go to standard output, as mongod's do. */
function lineSink(format: DaemonOptions["logFormat"]): LogSink {
  const toLine = format === "json" ? jsonLine : textLine;
  return (record) => writeLine(toLine(record));
}

function fail(message: string, code: number): never {
  console.error(`secantusdb: ${message}`);
  Deno.exit(code);
}

function readOptions(words: readonly string[]): DaemonOptions {
  try {
    return parseOptions(words);
  } catch (error) {
    if (error instanceof OptionsError) fail(`${error.message} (see --help)`, EXIT_BAD_OPTIONS);
    throw error;
  }
}

function newServer(options: DaemonOptions, words: readonly string[]): SecantusDBServer {
  const { host, port, storagePath, replicaSet, logLevel, parameters, enableTestCommands } = options;
  return new SecantusDBServer({
    host,
    port,
    storagePath,
    replicaSet,
    logLevel,
    parameters,
    enableTestCommands,
    standalone: options.isStandalone,
    profiling: {
      level: options.profileLevel,
      slowMs: options.slowMs,
      sampleRate: options.sampleRate,
    },
    logSink: lineSink(options.logFormat),
    commandLine: ["secantusdb", ...words],
    ...(options.unixSocket === undefined ? {} : { unixSocket: options.unixSocket }),
    ...(options.cacheSizeMb === undefined ? {} : { cacheSizeMb: options.cacheSizeMb }),
    ...(options.libraryPath === undefined ? {} : { libraryPath: options.libraryPath }),
    ...(options.connectionsMax === undefined ? {} : { connectionsMax: options.connectionsMax }),
  });
}

/** One line for what stops a start; the address case has a code of its own. */
function failStart(error: unknown, options: DaemonOptions): never {
  if (error instanceof Deno.errors.AddrInUse) {
    fail(
      `cannot listen on ${options.host}:${options.port}: address already in use`,
      EXIT_ADDRESS_IN_USE,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable || isResolveError(error)) {
    fail(
      `cannot listen on ${options.host}:${options.port}: ${message(error)}`,
      EXIT_ADDRESS_IN_USE,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied && options.port > 0 && options.port < 1024) {
    fail(`cannot listen on port ${options.port}: ${message(error)}`, EXIT_ADDRESS_IN_USE);
  }
  fail(message(error), EXIT_UNCAUGHT);
}

function isResolveError(error: unknown): boolean {
  return error instanceof Error && error.message.includes("failed to lookup address");
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stopOnSignals(server: SecantusDBServer): void {
  let signals = 0;
  const onSignal = (): void => {
    if (++signals > 1) {
      // Leaving with an open WiredTiger connection by exit() crashes; being killed does not.
      Deno.kill(Deno.pid, "SIGKILL");
    }
    server.stop();
  };
  Deno.addSignalListener("SIGINT", onSignal);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", onSignal);
  else Deno.addSignalListener("SIGBREAK", onSignal);
}

/** Runs the daemon until it is stopped. */
export async function main(words: readonly string[]): Promise<void> {
  const options = readOptions(words);
  if (options.action === "help") return writeLine(HELP);
  if (options.action === "version") {
    return writeLine(`SecantusDB ${VERSION} (compatible with MongoDB ${MONGODB_VERSION})`);
  }
  const server = newServer(options, words);
  stopOnSignals(server);
  try {
    await server.start();
  } catch (error) {
    failStart(error, options);
  }
  await server.wait();
  Deno.exit(0);
}

if (import.meta.main) await main(Deno.args);

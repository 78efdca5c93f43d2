// The daemon's command line: this project's own flags and those of mongod that start scripts use.
//
// Both spellings mean the same (`--host`, `--bind_ip`). Flags of mongod which change nothing here are accepted, so that
// existing units, compose files and test fixtures start this server unchanged; an unknown flag is refused (exit code 2).

import { parseArgs } from "node:util";
import { type LogLevel, parseLogLevel } from "../log.ts";

/** A command line that cannot be understood: one line for the user, exit code 2. */
export class OptionsError extends Error {
  override name = "OptionsError";
}

/** What the command line asks for. */
export interface DaemonOptions {
  readonly action: "serve" | "help" | "version";
  readonly host: string;
  readonly port: number;
  readonly storagePath: string;
  readonly unixSocket: string | undefined;
  readonly cacheSizeMb: number | undefined;
  readonly libraryPath: string | undefined;
  readonly replicaSet: string;
  readonly isStandalone: boolean;
  readonly enableTestCommands: boolean;
  readonly connectionsMax: number | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json";
  readonly profileLevel: 0 | 1 | 2;
  readonly slowMs: number;
  readonly sampleRate: number;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

const STRING = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;

/** What the program takes, by long name. */
const OPTIONS = {
  "bind_ip": STRING,
  "bind_ip_all": FLAG,
  "cache-size": STRING,
  "dbpath": STRING,
  "enable-test-commands": FLAG,
  "help": { type: "boolean", short: "h" },
  "host": STRING,
  "library": STRING,
  "log-format": STRING,
  "log-level": STRING,
  "maxConns": STRING,
  "noUnixSocket": FLAG,
  "nounixsocket": FLAG,
  "port": STRING,
  "profile": STRING,
  "quiet": FLAG,
  "replSet": STRING,
  "slowOpSampleRate": STRING,
  "slowms": STRING,
  "setParameter": { type: "string", multiple: true },
  "standalone": FLAG,
  "storage-path": STRING,
  "unix-socket": STRING,
  "unixSocketPrefix": STRING,
  "verbose": { type: "boolean", short: "v", multiple: true },
  "version": FLAG,
  "wiredTigerCacheSizeGB": STRING,
} as const;

/** Flags of mongod without effect here: name, and whether a value follows. */
const IGNORED = {
  "directoryperdb": FLAG,
  "enableMajorityReadConcern": STRING,
  "ipv6": FLAG,
  "journal": FLAG,
  "journalCommitInterval": STRING,
  "logappend": FLAG,
  "networkMessageCompressors": STRING,
  "noauth": FLAG,
  "nojournal": FLAG,
  "noprealloc": FLAG,
  "noscripting": FLAG,
  "notablescan": FLAG,
  "oplogSize": STRING,
  "smallfiles": FLAG,
  "storageEngine": STRING,
  "syncdelay": STRING,
  "timeStampFormat": STRING,
  "wiredTigerDirectoryForIndexes": FLAG,
} as const;

export const HELP = `SecantusDB: a MongoDB-compatible server

Usage: secantusdb [options]

  --host ADDRESS[,ADDRESS]   address to listen on (default 127.0.0.1); also --bind_ip, --bind_ip_all
  --port PORT                TCP port, 0 for a free one (default 27017)
  --unix-socket PATH         listen on a Unix socket as well; --unixSocketPrefix DIR makes DIR/mongodb-PORT.sock
  --storage-path DIRECTORY   where the data are, or :memory: (default ./secantus-data); also --dbpath
  --cache-size MB            memory for the storage cache; also --wiredTigerCacheSizeGB GB
  --replSet NAME             name of the single-node replica set (default secantus)
  --standalone               do not pose as a replica set
  --log-level LEVEL          DEBUG, INFO (default), WARNING or ERROR
  --log-format FORMAT        text (default) or json
  --maxConns NUMBER          refuse connections beyond this number
  --profile LEVEL            profiling level of all databases: 0 (default), 1 slow operations, 2 all
  --slowms MS                operations that take longer are slow (default 100)
  --slowOpSampleRate RATE    the share of slow operations to log and profile, 0 to 1 (default 1)
  --enable-test-commands     allow configureFailPoint; also --setParameter enableTestCommands=1
  --setParameter NAME=VALUE  set a server parameter
  --library PATH             the native library to use
  --help, --version

Flags of mongod that make no difference here are accepted.
Exit codes: 0 stopped cleanly, 2 bad options, 48 address in use, 100 the storage cannot be opened.`;

type Values = { [name: string]: string | boolean | (string | boolean)[] | undefined };

/** Reads the command line; throws OptionsError. */
export function parseOptions(words: readonly string[]): DaemonOptions {
  const values = parseWords(words);
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const { parameters, enableTestCommands } = readParameters(values["setParameter"] as string[]);
  const port = readInteger("port", text("port"), 27017, 0, 65535);
  const prefix = text("unixSocketPrefix");
  const socket = prefix === undefined ? undefined : `${prefix}/mongodb-${port}.sock`;
  const connectionsMax = text("maxConns");
  return {
    action: values["help"] ? "help" : values["version"] ? "version" : "serve",
    host: values["bind_ip_all"] ? "0.0.0.0" : text("host") ?? text("bind_ip") ?? "127.0.0.1",
    port,
    storagePath: text("storage-path") ?? text("dbpath") ?? "./secantus-data",
    unixSocket: text("unix-socket") ?? socket,
    cacheSizeMb: readCacheSize(text("cache-size"), text("wiredTigerCacheSizeGB")),
    libraryPath: text("library"),
    // mongod takes "name/seed,seed" too.
    replicaSet: (text("replSet") ?? "secantus").split("/")[0],
    isStandalone: values["standalone"] === true,
    enableTestCommands: values["enable-test-commands"] === true || enableTestCommands,
    connectionsMax: connectionsMax === undefined
      ? undefined
      : readInteger("maxConns", connectionsMax, 0, 1, 1_000_000),
    logLevel: readLogLevel(text("log-level"), values),
    logFormat: readLogFormat(text("log-format")),
    profileLevel: readInteger("profile", text("profile"), 0, 0, 2) as 0 | 1 | 2,
    slowMs: readInteger("slowms", text("slowms"), 100, -1, 2 ** 31 - 1),
    sampleRate: readSampleRate(text("slowOpSampleRate")),
    parameters,
  };
}

function parseWords(words: readonly string[]): Values {
  try {
    // mongod takes -vvv and single-dash long names hardly anyone uses: only the former.
    const { values } = parseArgs({
      args: [...words],
      options: { ...OPTIONS, ...IGNORED },
      strict: true,
      allowPositionals: false,
    });
    return values as Values;
  } catch (error) {
    const [line] = (error as Error).message.split(/\. To specify|\n/);
    throw new OptionsError(line);
  }
}

function readInteger(
  name: string,
  text: string | undefined,
  otherwise: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!/^-?\d+$/.test(text) || number < min || number > max) {
    throw new OptionsError(`--${name} must be an integer from ${min} to ${max}, not '${text}'`);
  }
  return number;
}

function readCacheSize(
  megabytes: string | undefined,
  gigabytes: string | undefined,
): number | undefined {
  const text = megabytes ?? gigabytes;
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text === "" || !(number > 0) || number === Infinity) {
    const name = megabytes === undefined ? "wiredTigerCacheSizeGB" : "cache-size";
    throw new OptionsError(`--${name} must be a number above 0, not '${text}'`);
  }
  return Math.max(1, Math.round(megabytes === undefined ? number * 1024 : number));
}

function readLogLevel(text: string | undefined, values: Values): LogLevel {
  if (text === undefined) {
    if (values["quiet"]) return "WARNING";
    return values["verbose"] === undefined ? "INFO" : "DEBUG";
  }
  const level = parseLogLevel(text);
  if (level === undefined) {
    throw new OptionsError(`--log-level must be DEBUG, INFO, WARNING or ERROR, not '${text}'`);
  }
  return level;
}

function readSampleRate(text: string | undefined): number {
  const rate = text === undefined ? 1 : Number(text);
  if (text === "" || !(rate >= 0 && rate <= 1)) {
    throw new OptionsError(`--slowOpSampleRate must be a number from 0 to 1, not '${text}'`);
  }
  return rate;
}

function readLogFormat(text: string | undefined): "text" | "json" {
  if (text === undefined || text === "text" || text === "plain") return "text";
  if (text === "json") return "json";
  throw new OptionsError(`--log-format must be text or json, not '${text}'`);
}

function readParameters(
  settings: readonly string[] | undefined,
): { parameters: Record<string, string | number | boolean>; enableTestCommands: boolean } {
  const parameters: Record<string, string | number | boolean> = {};
  let enableTestCommands = false;
  for (const setting of settings ?? []) {
    const equals = setting.indexOf("=");
    if (equals <= 0) {
      throw new OptionsError(`--setParameter must be given as NAME=VALUE, not '${setting}'`);
    }
    const name = setting.slice(0, equals);
    const value = readValue(setting.slice(equals + 1));
    if (name === "enableTestCommands") enableTestCommands = value === true || value === 1;
    else parameters[name] = value;
  }
  return { parameters, enableTestCommands };
}

function readValue(text: string): string | number | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

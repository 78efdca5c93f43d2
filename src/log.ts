// What the server tells the person who runs it.
//
// One `Log` per server, so that several in a process keep apart. Hot paths look at `isDebug` or `isInfo` before they make
// a record. Where records go is the starter's choice: the daemon writes lines (text or mongod's JSON keys) itself; an
// embedding program gets them through LogTape under the category "secantusdb", loaded with the first record so that
// a server which says nothing does not pay for it. The last records stay in memory for getLog.

/** How much a record matters; a server shows its level and what is above. */
export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** What a record is about: mongod's component names. */
export type LogComponent = "ACCESS" | "COMMAND" | "CONTROL" | "INDEX" | "NETWORK" | "STORAGE";

/** What JSON can say. */
export type LogValue =
  | string
  | number
  | boolean
  | null
  | readonly LogValue[]
  | { readonly [name: string]: LogValue };

/** Details of a record. */
export type LogAttributes = Readonly<Record<string, LogValue>>;

/** Where a record comes from, for those who look for mongod's lines. */
export interface LogOrigin {
  /** mongod's number of this kind of line. */
  readonly id: number;
  /** Whose work it is about: "conn12". */
  readonly context: string;
}

/** One thing the server says. */
export interface LogRecord {
  /** When it was said. */
  readonly time: Date;
  /** How much it matters. */
  readonly level: LogLevel;
  /** What it is about. */
  readonly component: LogComponent;
  /** The sentence. */
  readonly message: string;
  /** Its details. */
  readonly attributes: LogAttributes;
  /** Set for lines that mongod has a number for. */
  readonly origin?: LogOrigin;
}

/** Takes a record somewhere. */
export type LogSink = (record: LogRecord) => void;

const SEVERITY: Readonly<Record<LogLevel, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 };
const RECENT_MAX = 1024;
const NO_ATTRIBUTES: LogAttributes = {};

export class Log {
  readonly isDebug: boolean;
  readonly isInfo: boolean;
  /** The last records, oldest first, for getLog. */
  readonly recent: LogRecord[] = [];
  /** Warnings of the start, for getLog startupWarnings. */
  readonly startupWarnings: LogRecord[] = [];
  totalRecords = 0;
  readonly #severity: number;
  readonly #sink: LogSink;

  constructor(level: LogLevel = "INFO", sink: LogSink = logtapeSink) {
    this.#severity = SEVERITY[level];
    this.isDebug = this.#severity <= SEVERITY.DEBUG;
    this.isInfo = this.#severity <= SEVERITY.INFO;
    this.#sink = sink;
  }

  debug(component: LogComponent, message: string, attributes?: LogAttributes): void {
    this.write("DEBUG", component, message, attributes);
  }

  info(component: LogComponent, message: string, attributes?: LogAttributes): void {
    this.write("INFO", component, message, attributes);
  }

  warning(component: LogComponent, message: string, attributes?: LogAttributes): void {
    this.write("WARNING", component, message, attributes);
  }

  error(component: LogComponent, message: string, attributes?: LogAttributes): void {
    this.write("ERROR", component, message, attributes);
  }

  write(
    level: LogLevel,
    component: LogComponent,
    message: string,
    attributes: LogAttributes = NO_ATTRIBUTES,
    origin?: LogOrigin,
  ): void {
    if (SEVERITY[level] < this.#severity) return;
    const time = new Date();
    const record: LogRecord = origin === undefined
      ? { time, level, component, message, attributes }
      : { time, level, component, message, attributes, origin };
    this.totalRecords++;
    if (this.recent.length === RECENT_MAX) this.recent.shift();
    this.recent.push(record);
    this.#sink(record);
  }
}

/** Logs of the servers that run in this process. */
const openLogs = new Set<Log>();

/** A server's log takes part in what rooms without a server at hand have to say; returns how to end that. */
export function joinRoomLogs(log: Log): () => void {
  openLogs.add(log);
  return () => openLogs.delete(log);
}

/** What a room writes to that does not know which server it works for: every running server's log. */
export interface RoomLog {
  warn(message: string, attributes?: LogAttributes): void;
}

const ROOM_COMPONENTS: ReadonlyMap<string, LogComponent> = new Map([
  ["index", "INDEX"],
  ["storage", "STORAGE"],
]);

export function logger(room: string): RoomLog {
  const component = ROOM_COMPONENTS.get(room) ?? "COMMAND";
  return {
    warn(message, attributes) {
      for (const log of openLogs) log.warning(component, message, attributes);
    },
  };
}

/** A level in any case, or undefined when there is none of that name. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const level = text.toUpperCase();
  return level in SEVERITY ? level as LogLevel : undefined;
}

/** One line for people; `{name}` in a message stands for the attribute. `2026-11-22T20:47:01.123Z INFO    NETWORK  message {"key":1}` */
export function textLine(record: LogRecord): string {
  const { time, level, component, message, attributes } = record;
  const rest = Object.entries(attributes).filter(([name]) => !message.includes(`{${name}}`));
  const details = rest.length > 0 ? ` ${JSON.stringify(Object.fromEntries(rest))}` : "";
  const text = message.replace(/\{(\w+)\}/g, (mark, name) => String(attributes[name] ?? mark));
  return `${time.toISOString()} ${level.padEnd(7)} ${component.padEnd(8)} ${text}${details}`;
}

/** The record with mongod's keys, as its tools read them. */
export function jsonLine(record: LogRecord): string {
  const { time, level, component, message, attributes, origin } = record;
  return JSON.stringify({
    t: { $date: time.toISOString() },
    s: level === "DEBUG" ? "D1" : level[0],
    c: component,
    id: origin?.id ?? 0,
    ctx: origin?.context ?? "main",
    msg: message,
    attr: attributes,
  });
}

const LOGTAPE_LEVELS = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
} as const;

/** Hands records to whatever the embedding program configured LogTape to do with them. */
export function logtapeSink(record: LogRecord): void {
  import("@logtape/logtape").then(({ getLogger }) => {
    const logger = getLogger(["secantusdb", record.component.toLowerCase()]);
    logger[LOGTAPE_LEVELS[record.level]](record.message, { ...record.attributes });
  });
}

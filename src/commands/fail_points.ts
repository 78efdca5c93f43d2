// Fail points: faults that driver tests switch on with configureFailPoint.
//
// `failCommand` makes chosen commands fail, hang or drop their connection; `failGetMoreAfterCursorCheckout` makes a
// getMore fail behind its cursor's checkout; `onPrimaryTransactionalWrite` meets a retryable write before its commit
// (crud/write_statements.ts). Only reachable when test commands are enabled. Dispatch asks `isActive` first, so that a
// server without fail points pays one boolean.

import { documentOf, elements, type RawElement, readString } from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { integerAt, numberAt } from "./arguments.ts";

/** The fail points that may be configured. Those without an effect here are accepted, as a test's set-up sends them. */
export const FAIL_POINT_NAMES: readonly string[] = [
  "WTWriteConflictException",
  "failCommand",
  "failGetMoreAfterCursorCheckout",
  "maxTimeAlwaysTimeOut",
  "maxTimeNeverTimeOut",
  "onPrimaryTransactionalWrite",
];

export interface FailCommandData {
  readonly failCommands: readonly string[];
  readonly errorCode: number | undefined;
  /** undefined when the data does not say: each fail point has its own default. */
  readonly closeConnection: boolean | undefined;
  /** onPrimaryTransactionalWrite: the write is taken back and fails with this code. */
  readonly failBeforeCommitCode: number | undefined;
  readonly errorLabels: readonly string[] | undefined;
  readonly blockConnection: boolean;
  readonly blockTimeMs: number;
  readonly appName: string | undefined;
  readonly namespace: string | undefined;
  readonly writeConcernError: Uint8Array | undefined;
  readonly failInternalCommands: boolean;
}

/** When a fail point fires. */
interface Mode {
  readonly kind: "off" | "alwaysOn" | "times" | "skip" | "activationProbability";
  left: number;
}

interface FailPoint {
  mode: Mode;
  data: FailCommandData;
  timesEntered: number;
}

const NO_DATA: FailCommandData = {
  failCommands: [],
  errorCode: undefined,
  closeConnection: undefined,
  failBeforeCommitCode: undefined,
  errorLabels: undefined,
  blockConnection: false,
  blockTimeMs: 0,
  appName: undefined,
  namespace: undefined,
  writeConcernError: undefined,
  failInternalCommands: false,
};

export class FailPoints {
  readonly #points = new Map<string, FailPoint>();
  /** True while any fail point is on. */
  isActive = false;

  /** Sets a fail point; returns how often it was entered before. */
  configure(name: string, mode: RawElement, data: Uint8Array | undefined): number {
    if (!FAIL_POINT_NAMES.includes(name)) {
      throw new CommandError(125, `No such fail point: ${name}`);
    }
    const count = this.#points.get(name)?.timesEntered ?? 0;
    const parsed = parseMode(mode);
    if (parsed.kind === "off") {
      this.#points.delete(name);
    } else {
      this.#points.set(name, {
        mode: parsed,
        data: data === undefined ? NO_DATA : parseData(data),
        timesEntered: count,
      });
    }
    this.isActive = this.#points.size > 0;
    return count;
  }

  /** The data of failCommand when it applies to this command now. */
  failCommand(
    commandName: string,
    aliases: readonly string[],
    namespace: string,
    appName: string | undefined,
  ): FailCommandData | undefined {
    const point = this.#points.get("failCommand");
    if (point === undefined) return undefined;
    const { data } = point;
    const isNamed = data.failCommands.includes(commandName) ||
      aliases.some((alias) => data.failCommands.includes(alias));
    if (!isNamed || commandName === "configureFailPoint") return undefined;
    if (data.appName !== undefined && data.appName !== appName) return undefined;
    if (data.namespace !== undefined && data.namespace !== namespace) return undefined;
    return this.#fires("failCommand", point) ? data : undefined;
  }

  /** The data of a fail point that needs no match, when it fires now. */
  enter(name: string): FailCommandData | undefined {
    const point = this.#points.get(name);
    return point !== undefined && this.#fires(name, point) ? point.data : undefined;
  }

  #fires(name: string, point: FailPoint): boolean {
    const { mode } = point;
    switch (mode.kind) {
      case "off":
        return false;
      case "alwaysOn":
        break;
      case "skip":
        if (mode.left > 0) {
          mode.left--;
          return false;
        }
        break;
      case "activationProbability":
        if (Math.random() >= mode.left) return false;
        break;
      case "times":
        mode.left--;
        if (mode.left <= 0) {
          this.#points.delete(name);
          this.isActive = this.#points.size > 0;
        }
    }
    point.timesEntered++;
    return true;
  }
}

function parseMode(mode: RawElement): Mode {
  if (mode.type === BsonType.String) {
    const kind = readString(mode.bytes, mode.at);
    if (kind === "off" || kind === "alwaysOn") return { kind, left: 0 };
    throw new CommandError(ErrorCode.BadValue, `unknown mode: ${kind}`);
  }
  if (mode.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `'mode' must be a string or JSON object, not ${typeName(mode.type)}`,
    );
  }
  for (const { name, bytes, type, at } of elements(mode.bytes, mode.at)) {
    if (name !== "times" && name !== "skip" && name !== "activationProbability") {
      throw new CommandError(
        ErrorCode.BadValue,
        `'mode' must be one of 'off', 'alwaysOn', 'times', 'skip' or 'activationProbability', not ${name}`,
      );
    }
    if (!isNumericType(type)) {
      throw new CommandError(ErrorCode.TypeMismatch, `'${name}' must be a number`);
    }
    if (name === "activationProbability") {
      const probability = numberAt(bytes, type, at);
      if (!(probability >= 0 && probability <= 1)) {
        throw new CommandError(
          ErrorCode.BadValue,
          `activationProbability must be between 0.0 and 1.0; found ${probability}`,
        );
      }
      return { kind: name, left: probability };
    }
    const left = integerAt(bytes, type, at);
    if (left < 0) throw new CommandError(ErrorCode.BadValue, `'${name}' option must be positive`);
    return left === 0 && name === "times" ? { kind: "off", left } : { kind: name, left };
  }
  throw new CommandError(ErrorCode.BadValue, "'mode' document is empty");
}

function texts(element: RawElement): string[] {
  if (element.type !== BsonType.Array) {
    throw new CommandError(ErrorCode.TypeMismatch, `'${element.name}' must be an array of strings`);
  }
  const list: string[] = [];
  for (const { bytes, type, at } of elements(element.bytes, element.at)) {
    if (type === BsonType.String) list.push(readString(bytes, at));
  }
  return list;
}

function parseData(document: Uint8Array): FailCommandData {
  const fields = new Map<string, RawElement>();
  for (const element of elements(document)) fields.set(element.name, element);
  const flag = (name: string): boolean => {
    const field = fields.get(name);
    return field !== undefined && numberAt(field.bytes, field.type, field.at) !== 0;
  };
  const number = (name: string): number | undefined => {
    const field = fields.get(name);
    return field === undefined ? undefined : integerAt(field.bytes, field.type, field.at);
  };
  const text = (name: string): string | undefined => {
    const field = fields.get(name);
    return field?.type === BsonType.String ? readString(field.bytes, field.at) : undefined;
  };
  const list = (name: string): string[] | undefined => {
    const field = fields.get(name);
    return field === undefined ? undefined : texts(field);
  };
  const concern = fields.get("writeConcernError");
  return {
    failCommands: list("failCommands") ?? [],
    errorCode: number("errorCode"),
    closeConnection: fields.has("closeConnection") ? flag("closeConnection") : undefined,
    failBeforeCommitCode: number("failBeforeCommitExceptionCode"),
    errorLabels: list("errorLabels"),
    blockConnection: flag("blockConnection"),
    blockTimeMs: number("blockTimeMS") ?? 0,
    appName: text("appName"),
    namespace: text("namespace"),
    writeConcernError: concern?.type === BsonType.Document
      ? documentOf(concern).slice()
      : undefined,
    failInternalCommands: flag("failInternalCommands"),
  };
}

// Server parameters: what getParameter shows and setParameter changes.
//
// The list holds the parameters that drivers, tools and their tests read. A parameter that has no effect here is
// still accepted when clients set it as a matter of routine, and keeps the value; an unknown name is refused.

import type { BsonValue } from "../bson/value.ts";
import { documentFrom } from "../bson/encode.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { StorageEngine } from "../storage/engine.ts";

export interface ParameterDefinition {
  readonly name: string;
  readonly value: BsonValue;
  readonly atRuntime: boolean;
  readonly atStartup: boolean;
}

function parameter(
  name: string,
  value: BsonValue,
  settable: "runtime" | "startup" | "both" | "none" = "both",
): ParameterDefinition {
  return {
    name,
    value,
    atRuntime: settable === "runtime" || settable === "both",
    atStartup: settable === "startup" || settable === "both",
  };
}

/** Sorted by name. */
export const PARAMETERS: readonly ParameterDefinition[] = [
  parameter("allowDiskUseByDefault", true),
  parameter("authSchemaVersion", 5, "none"),
  parameter("authenticationMechanisms", ["SCRAM-SHA-1", "SCRAM-SHA-256"], "startup"),
  parameter("clientCursorMonitorFrequencySecs", 4),
  parameter("connPoolMaxConnsPerHost", 200, "startup"),
  parameter("cursorTimeoutMillis", 600000n),
  parameter("diagnosticDataCollectionEnabled", false),
  parameter("disableJavaScriptJIT", true),
  parameter("enableTestCommands", false, "startup"),
  parameter(
    "featureCompatibilityVersion",
    documentFrom({ version: "8.2" }),
    "none",
  ),
  parameter("internalQueryExecYieldIterations", 1000),
  parameter("internalQueryExecYieldPeriodMS", 10),
  parameter("internalQueryFrameworkControl", "forceClassicEngine"),
  parameter("internalQueryMaxAddToSetBytes", 104857600n),
  parameter("internalQueryMaxBlockingSortMemoryUsageBytes", 104857600),
  parameter("internalQueryMaxPushBytes", 104857600n),
  parameter("journalCommitInterval", 100),
  parameter("localLogicalSessionTimeoutMinutes", 30, "startup"),
  parameter("logLevel", 0),
  parameter("maxIndexBuildMemoryUsageMegabytes", 200),
  parameter("maxTransactionLockRequestTimeoutMillis", 5),
  parameter("minSnapshotHistoryWindowInSeconds", 300),
  parameter("notablescan", false),
  parameter("quiet", false),
  parameter("requireApiVersion", false),
  parameter("scramIterationCount", 10000),
  parameter("scramSHA256IterationCount", 15000),
  parameter("syncdelay", 60),
  parameter("tlsMode", "disabled"),
  parameter("traceExceptions", false),
  parameter("transactionLifetimeLimitSeconds", 60),
  parameter("ttlMonitorEnabled", true),
  parameter("ttlMonitorSleepSecs", 60),
  parameter("wiredTigerConcurrentReadTransactions", 128),
  parameter("wiredTigerConcurrentWriteTransactions", 128),
];

const DEFINITIONS = new Map(PARAMETERS.map((definition) => [definition.name, definition]));

export class Parameters {
  readonly #values = new Map<string, BsonValue>();

  get(name: string): BsonValue | undefined {
    return this.#values.get(name) ?? DEFINITIONS.get(name)?.value;
  }

  number(name: string): number {
    return Number(this.get(name) ?? 0);
  }

  flag(name: string): boolean {
    const value = this.get(name);
    return value === true || value === 1;
  }

  definition(name: string): ParameterDefinition | undefined {
    return DEFINITIONS.get(name);
  }

  /** setParameter: the old value. Unknown names and ones fixed at start are refused (72). */
  set(name: string, value: BsonValue): BsonValue {
    const definition = DEFINITIONS.get(name);
    if (definition === undefined) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "attempted to set unrecognized parameter [" + name +
          "], use help:true to see options ",
      );
    }
    if (!definition.atRuntime) {
      throw new CommandError(
        ErrorCode.IllegalOperation,
        `not allowed to change [${name}] at runtime`,
      );
    }
    const old = this.get(name)!;
    this.#values.set(name, sameKind(definition, value));
    return old;
  }

  /** Values of the command line, also for parameters fixed at start. */
  setAtStart(name: string, value: BsonValue): void {
    this.#values.set(name, value);
  }
}

/** Tells the engine what the parameters say about it: at start and after a change. */
export function applyParameters(parameters: Parameters, engine: StorageEngine): void {
  engine.ttl.isEnabled = parameters.flag("ttlMonitorEnabled");
  engine.ttl.sleepMs = Math.max(1, parameters.number("ttlMonitorSleepSecs")) * 1000;
}

function sameKind(definition: ParameterDefinition, value: BsonValue): BsonValue {
  const wanted = definition.value;
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (typeof wanted === "boolean") {
    if (typeof value === "boolean") return value;
    if (isNumber) return Number(value) !== 0;
  } else if (typeof wanted === "number" || typeof wanted === "bigint") {
    if (isNumber) return value;
    if (typeof value === "object" && value !== null && "value" in value) return Number(value.value);
  } else if (typeof wanted === typeof value) {
    return value;
  }
  throw new CommandError(
    ErrorCode.BadValue,
    `Failed to set parameter ${definition.name}: value has the wrong type`,
  );
}

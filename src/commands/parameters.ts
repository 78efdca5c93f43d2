// Server parameters: what getParameter shows and setParameter changes.
//
// The list holds the parameters that drivers, tools and their tests read. A parameter that has no effect here is
// still accepted when clients set it as a matter of routine, and keeps the value; an unknown name is refused.

import type { BsonValue } from "../bson/value.ts";
import { documentFrom } from "../bson/encode.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { StorageEngine } from "../storage/engine.ts";
import { DEFAULT_LIMIT_BYTES, type MemoryLimits } from "../stream/memory_limits.ts";

export interface ParameterDefinition {
  readonly name: string;
  readonly value: BsonValue;
  readonly atRuntime: boolean;
  readonly atStartup: boolean;
  /** The least number that is taken. */
  readonly least?: number;
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

/** How many bytes something may take. */
function byteLimit(name: string, least = 1): ParameterDefinition {
  return { ...parameter(name, BigInt(DEFAULT_LIMIT_BYTES)), least };
}

/** A document with all that commands put around it. */
const LARGEST_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

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
  byteLimit("internalDocumentSourceBucketAutoMaxMemoryBytes"),
  byteLimit("internalDocumentSourceGraphLookupMaxMemoryBytes"),
  byteLimit("internalDocumentSourceGroupMaxMemoryBytes"),
  byteLimit("internalDocumentSourceLookupCacheSizeBytes", 0),
  byteLimit("internalDocumentSourceSetWindowFieldsMaxMemoryBytes"),
  byteLimit("internalLookupStageIntermediateDocumentMaxSizeBytes", LARGEST_DOCUMENT_BYTES),
  parameter("internalQueryExecYieldIterations", 1000),
  parameter("internalQueryExecYieldPeriodMS", 10),
  byteLimit("internalQueryFacetBufferSizeBytes"),
  byteLimit("internalQueryFacetMaxOutputDocSizeBytes"),
  parameter("internalQueryFrameworkControl", "forceClassicEngine"),
  byteLimit("internalQueryMaxAddToSetBytes"),
  byteLimit("internalQueryMaxBlockingSortMemoryUsageBytes", 0),
  byteLimit("internalQueryMaxConcatArraysBytes"),
  byteLimit("internalQueryMaxPushBytes"),
  byteLimit("internalQueryMaxSetUnionBytes"),
  byteLimit("internalQueryTopNAccumulatorBytes"),
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
    this.#values.set(name, checked(definition, value));
    return old;
  }

  /** Values of the command line, also for parameters fixed at start. */
  setAtStart(name: string, value: BsonValue): void {
    const definition = DEFINITIONS.get(name);
    this.#values.set(name, definition?.least === undefined ? value : checked(definition, value));
  }
}

/** Tells the engine what the parameters say about it: at start and after a change. */
export function applyParameters(parameters: Parameters, engine: StorageEngine): void {
  engine.ttl.isEnabled = parameters.flag("ttlMonitorEnabled");
  engine.store.planner.refusesScans = parameters.flag("notablescan");
  engine.store.planner.limits = memoryLimitsOf(parameters);
  engine.ttl.sleepMs = Math.max(1, parameters.number("ttlMonitorSleepSecs")) * 1000;
}

function memoryLimitsOf(parameters: Parameters): MemoryLimits {
  return {
    allowDiskUse: parameters.flag("allowDiskUseByDefault"),
    sortBytes: parameters.number("internalQueryMaxBlockingSortMemoryUsageBytes"),
    groupBytes: parameters.number("internalDocumentSourceGroupMaxMemoryBytes"),
    bucketAutoBytes: parameters.number("internalDocumentSourceBucketAutoMaxMemoryBytes"),
    windowBytes: parameters.number("internalDocumentSourceSetWindowFieldsMaxMemoryBytes"),
    lookupResultBytes: parameters.number("internalLookupStageIntermediateDocumentMaxSizeBytes"),
    lookupCacheBytes: parameters.number("internalDocumentSourceLookupCacheSizeBytes"),
    graphLookupBytes: parameters.number("internalDocumentSourceGraphLookupMaxMemoryBytes"),
    facetResultBytes: parameters.number("internalQueryFacetMaxOutputDocSizeBytes"),
    pushBytes: parameters.number("internalQueryMaxPushBytes"),
    addToSetBytes: parameters.number("internalQueryMaxAddToSetBytes"),
    concatArraysBytes: parameters.number("internalQueryMaxConcatArraysBytes"),
    setUnionBytes: parameters.number("internalQueryMaxSetUnionBytes"),
    topBytes: parameters.number("internalQueryTopNAccumulatorBytes"),
  };
}

/** The value as the parameter has it; one of another kind, or too small, is refused. */
function checked(definition: ParameterDefinition, value: BsonValue): BsonValue {
  const { name, least } = definition;
  const kept = sameKind(definition, value);
  const number = least === undefined ? 0 : Number(kept);
  if (least === undefined || number >= least) return kept;
  throw new CommandError(
    ErrorCode.BadValue,
    least === 1
      ? `Invalid value for parameter ${name}: ${number} is not greater than 0`
      : `Invalid value for parameter ${name}: ${number} is not greater than or equal to ${least}`,
  );
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

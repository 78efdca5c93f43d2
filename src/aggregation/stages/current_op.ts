// $currentOp: what the server does now, one document per operation. Only for `admin`, without a collection.

import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { rowsStream } from "../rows_stream.ts";
import { type CurrentOperationOptions, servicesOf } from "../services.ts";

/** The names of the options; `localOps`, `truncateOps` and `backtrace` change nothing here. */
const OPTIONS: ReadonlySet<string> = new Set([
  "allUsers",
  "backtrace",
  "idleConnections",
  "idleCursors",
  "idleSessions",
  "localOps",
  "targetAllNodes",
  "truncateOps",
]);
/** These two are looked at before the others, and fail with another code. */
const EARLY_OPTIONS: ReadonlySet<string> = new Set(["allUsers", "localOps"]);

export const $currentOp: StageDefinition = {
  name: "$currentOp",
  help: "Operations that run now",
  isFirstOnly: true,
  notInFacet: true,
  parse(spec, context): Stage {
    const options = parseOptions(spec, context);
    return {
      name: "$currentOp",
      given: spec,
      isSource: true,
      open: (_input, run) => rowsStream(() => servicesOf(run).currentOperations(options)),
    };
  },
};

function parseOptions(spec: RawElement, context: PipelineContext): CurrentOperationOptions {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `$currentOp options must be specified in an object, but found: ${typeName(spec.type)}`,
    );
  }
  const given = [...elements(spec.bytes, spec.at)];
  for (const option of given) if (EARLY_OPTIONS.has(option.name)) checkFlag(option);
  if (context.namespace !== "admin.$cmd.aggregate") {
    throw new CommandError(
      ErrorCode.InvalidNamespace,
      "$currentOp must be run against the 'admin' database with {aggregate: 1}",
    );
  }
  const flags = new Map<string, boolean>();
  for (const option of given) {
    if (!OPTIONS.has(option.name)) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        `Unrecognized option '${option.name}' in $currentOp stage.`,
      );
    }
    checkFlag(option);
    flags.set(option.name, option.bytes[option.at] !== 0);
  }
  return {
    idleConnections: flags.get("idleConnections") ?? false,
    idleSessions: flags.get("idleSessions") ?? true,
    idleCursors: flags.get("idleCursors") ?? false,
  };
}

function checkFlag({ name, type }: RawElement): void {
  if (type === BsonType.Boolean) return;
  throw new CommandError(
    EARLY_OPTIONS.has(name) ? ErrorCode.TypeMismatch : ErrorCode.FailedToParse,
    `The '${name}' parameter of the $currentOp stage must be a boolean value, but found: ${
      typeName(type)
    }`,
  );
}

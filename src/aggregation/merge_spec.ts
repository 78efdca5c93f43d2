// The specification of $merge: where to, which fields identify a document, and what happens with and without a match.

import { documentOf, elements, type RawElement, type RawValue, readString } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { parseFieldPath } from "../expression/field_path.ts";
import type { PipelineContext } from "./definition.ts";
import { databaseAndCollection } from "./join/source_namespace.ts";
import {
  missingOption,
  rawPipeline,
  rawStages,
  unknownOption,
  wrongOptionType,
} from "./raw_pipeline.ts";
import {
  isInternalDatabase,
  isSystemCollection,
  isValidTarget,
  targetNamespace,
  type WriteTarget,
} from "./write_target.ts";

export type WhenMatched = "fail" | "keepExisting" | "merge" | "pipeline" | "replace";
export type WhenNotMatched = "discard" | "fail" | "insert";

export interface MergeSpec {
  readonly target: WriteTarget;
  /** Paths that identify a document; undefined: `_id`, not asked for by name. */
  readonly on: readonly string[] | undefined;
  readonly let: Uint8Array | undefined;
  readonly whenMatched: WhenMatched;
  /** With "pipeline": the stages as a raw array. */
  readonly pipeline: Uint8Array | undefined;
  readonly whenNotMatched: WhenNotMatched;
}

const MATCHED_MODES = ["fail", "keepExisting", "merge", "pipeline", "replace"] as const;
const UNMATCHED_MODES = ["discard", "fail", "insert"] as const;

export function parseMergeSpec(spec: RawElement, context: PipelineContext): MergeSpec {
  const merge = spec.type === BsonType.String
    ? plainMerge({ database: context.database, collection: readString(spec.bytes, spec.at) })
    : readOptions(spec, context);
  checkTarget(merge.target);
  checkModes(merge);
  checkLet(merge);
  return merge;
}

function plainMerge(target: WriteTarget): MergeSpec {
  return {
    target,
    on: undefined,
    let: undefined,
    whenMatched: "merge",
    pipeline: undefined,
    whenNotMatched: "insert",
  };
}

function readOptions(spec: RawElement, context: PipelineContext): MergeSpec {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `$merge requires a string or object argument, but found ${typeName(spec.type)}`,
    );
  }
  let target: WriteTarget | undefined;
  const given: { -readonly [K in keyof MergeSpec]?: MergeSpec[K] } = {};
  for (const option of elements(spec.bytes, spec.at)) {
    switch (option.name) {
      case "into":
        target = parseInto(option, context);
        break;
      case "on":
        given.on = parseOn(option);
        break;
      case "let":
        if (option.type !== BsonType.Document) {
          throw wrongOptionType("$merge.let", option.type, "object");
        }
        given.let = documentOf(option);
        break;
      case "whenMatched":
        if (option.type === BsonType.Array) {
          given.pipeline = rawPipeline(rawStages(option));
          given.whenMatched = "pipeline";
        } else given.whenMatched = parseMatched(option);
        break;
      case "whenNotMatched":
        given.whenNotMatched = parseUnmatched(option);
        break;
      case "allowMergeOnNullishValues":
      case "targetCollectionVersion":
        break;
      default:
        throw unknownOption(`$merge.${option.name}`);
    }
  }
  if (target === undefined) throw missingOption("$merge.into");
  return { ...plainMerge(target), ...given };
}

function parseInto(option: RawElement, context: PipelineContext): WriteTarget {
  if (option.type === BsonType.String) {
    const collection = readString(option.bytes, option.at);
    if (collection === "") {
      throw new CommandError(5786800, "$merge 'into' field cannot be an empty string");
    }
    return { database: context.database, collection };
  }
  if (option.type !== BsonType.Document) {
    throw new CommandError(
      51178,
      `$merge 'into' field  must be either a string or an object, but found ${
        typeName(option.type)
      }`,
    );
  }
  const { database, collection } = databaseAndCollection("into", option);
  if (collection === undefined || collection === "") {
    throw new CommandError(
      5786801,
      "$merge 'into' field must specify a 'coll' that is not empty, null or undefined",
    );
  }
  return { database: database || context.database, collection };
}

function parseOn(option: RawElement): string[] {
  if (option.type !== BsonType.String && option.type !== BsonType.Array) {
    throw new CommandError(
      51186,
      `$merge 'on' field  must be either a string or an array of strings, but found ${
        typeName(option.type)
      }`,
    );
  }
  const fields: string[] = [];
  const given: Iterable<RawValue> = option.type === BsonType.String
    ? [option]
    : elements(option.bytes, option.at);
  for (const field of given) {
    if (field.type !== BsonType.String) {
      throw new CommandError(
        51134,
        `$merge 'on' array elements must be strings, but found ${typeName(field.type)}`,
      );
    }
    const path = readString(field.bytes, field.at);
    parseFieldPath(path);
    if (fields.includes(path)) throw new CommandError(31465, `Found a duplicate field '${path}'`);
    fields.push(path);
  }
  if (fields.length === 0) {
    throw new CommandError(
      51187,
      "If explicitly specifying $merge 'on', must include at least one field",
    );
  }
  return fields;
}

function parseMatched(option: RawElement): WhenMatched {
  if (option.type !== BsonType.String) {
    throw new CommandError(
      51191,
      `$merge 'whenMatched' field  must be either a string or an array, but found ${
        typeName(option.type)
      }`,
    );
  }
  const text = readString(option.bytes, option.at);
  // A pipeline is given as an array, never by this name.
  const mode = MATCHED_MODES.find((one) => one === text && one !== "pipeline");
  if (mode === undefined) throw badMode("whenMatched", text);
  return mode;
}

function parseUnmatched(option: RawElement): WhenNotMatched {
  if (option.type !== BsonType.String) {
    throw wrongOptionType("$merge.whenNotMatched", option.type, "string");
  }
  const text = readString(option.bytes, option.at);
  const mode = UNMATCHED_MODES.find((one) => one === text);
  if (mode === undefined) throw badMode("$merge.whenNotMatched", text);
  return mode;
}

function badMode(option: string, text: string): CommandError {
  return new CommandError(
    ErrorCode.BadValue,
    `Enumeration value '${text}' for field '${option}' is not a valid value.`,
  );
}

function checkTarget(target: WriteTarget): void {
  if (!isValidTarget(target)) {
    throw new CommandError(
      ErrorCode.InvalidNamespace,
      `Invalid $merge target namespace: '${targetNamespace(target)}'`,
    );
  }
  if (isSystemCollection(target)) {
    throw new CommandError(31319, `Cannot $merge to special collection: ${target.collection}`);
  }
  if (isInternalDatabase(target)) {
    throw new CommandError(31320, `Cannot $merge to internal database: ${target.database}`);
  }
}

function checkModes({ whenMatched, whenNotMatched }: MergeSpec): void {
  const isSupported = whenMatched === "keepExisting" || whenMatched === "fail"
    ? whenNotMatched === "insert"
    : true;
  if (isSupported) return;
  throw new CommandError(
    51181,
    `Combination of $merge modes 'whenMatched: ${whenMatched}' and 'whenNotMatched: ` +
      `${whenNotMatched}' is not supported`,
  );
}

function checkLet(spec: MergeSpec): void {
  if (spec.let === undefined) return;
  if (spec.whenMatched !== "pipeline") {
    throw new CommandError(
      51199,
      `Cannot use 'let' variables with 'whenMatched: ${spec.whenMatched}' mode`,
    );
  }
  for (const variable of elements(spec.let)) {
    if (variable.name !== "new") continue;
    const isRoot = variable.type === BsonType.String &&
      readString(variable.bytes, variable.at) === "$$ROOT";
    if (isRoot) continue;
    throw new CommandError(
      51273,
      "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'",
    );
  }
}

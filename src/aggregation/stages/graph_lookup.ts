// $graphLookup: the documents that can be reached from each document, step by step, through a field that points at another.
//
// A breadth-first search per input document: the values of the last step's `connectFromField` are looked for in
// `connectToField`, by the same ways as $lookup's equality. A document is taken once, at its least depth. What a search
// holds is limited (40099).

import { decodeValue } from "../../bson/decode.ts";
import { documentText } from "../../bson/json.ts";
import { asInt64Exact, toNumber } from "../../bson/number.ts";
import type { NumericValue } from "../../bson/number.ts";
import { compilePath } from "../../bson/path.ts";
import { documentOf, elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { parseFieldPath } from "../../expression/field_path.ts";
import { compileQuery } from "../../query/filter.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { type GraphLookupSpec, openGraphLookup } from "../join/graph_search.ts";
import { collectionOfSource } from "../join/source_namespace.ts";
import { readsOf } from "../projection_effect.ts";

interface GraphLookupArguments {
  from?: string;
  as?: string;
  connectFromField?: string;
  connectToField?: string;
  depthField?: string;
  startWith?: Expression;
  maxDepth?: bigint;
  restriction?: Uint8Array;
}

export const $graphLookup: StageDefinition = {
  name: "$graphLookup",
  help: "Searches another collection recursively",
  parse(spec, context): Stage {
    const search = parseGraphLookup(spec, context);
    return {
      name: "$graphLookup",
      given: spec,
      effect: {
        reads: readsOf([search.startWith.dependencies]),
        writes: new Set([search.as.names[0]]),
        isRowwise: true,
        letsFiltersPass: true,
      },
      open: (input, run) => openGraphLookup(input, search, run),
    };
  },
};

function parseGraphLookup(spec: RawElement, context: PipelineContext): GraphLookupSpec {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `the $graphLookup stage specification must be an object, but found ${typeName(spec.type)}`,
    );
  }
  const given: GraphLookupArguments = {};
  let hasFrom = false;
  for (const option of elements(spec.bytes, spec.at)) hasFrom ||= option.name === "from";
  if (!hasFrom) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "missing 'from' option to $graphLookup stage specification: " +
        documentText(spec.bytes, spec.at),
    );
  }
  for (const option of elements(spec.bytes, spec.at)) readArgument(option, given, context);
  const { from, as, connectFromField, connectToField, startWith } = given;
  if (!from || !as || !connectFromField || !connectToField || startWith === undefined) {
    throw new CommandError(
      40105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' " +
        "to be specified.",
    );
  }
  for (const path of [as, connectFromField, connectToField]) parseFieldPath(path);
  return {
    namespace: `${context.database}.${from}`,
    as: compilePath(as),
    startWith,
    connectFrom: compilePath(connectFromField),
    connectTo: connectToField,
    depthField: given.depthField === undefined ? undefined : compilePath(given.depthField),
    maxDepth: given.maxDepth === undefined ? Infinity : Number(given.maxDepth),
    restriction: given.restriction,
  };
}

function readArgument(
  option: RawElement,
  given: GraphLookupArguments,
  context: PipelineContext,
): void {
  switch (option.name) {
    case "startWith":
      given.startWith = context.compiler.compile(option);
      return;
    case "maxDepth":
      given.maxDepth = parseMaxDepth(option);
      return;
    case "restrictSearchWithMatch":
      given.restriction = parseRestriction(option, context);
      return;
    case "from":
      if (option.type !== BsonType.String && option.type !== BsonType.Document) {
        throw new CommandError(
          ErrorCode.FailedToParse,
          `$graphLookup 'from' field must be a string, but found ${typeName(option.type)}`,
        );
      }
      given.from = collectionOfSource("$graphLookup", option, context);
      return;
    case "as":
    case "connectFromField":
    case "connectToField":
    case "depthField": {
      if (option.type !== BsonType.String) {
        throw new CommandError(
          40103,
          `expected string as argument for ${option.name}, found: ${typeName(option.type)}`,
        );
      }
      const path = readString(option.bytes, option.at);
      if (option.name === "depthField") parseFieldPath(path);
      given[option.name] = path;
      return;
    }
    default:
      throw new CommandError(40104, `Unknown argument to $graphLookup: ${option.name}`);
  }
}

function parseMaxDepth(option: RawElement): bigint {
  if (!isNumericType(option.type)) {
    throw new CommandError(
      40100,
      `maxDepth must be numeric, found type: ${typeName(option.type)}`,
    );
  }
  const value = decodeValue(option) as NumericValue;
  const number = toNumber(value);
  if (number < 0) {
    throw new CommandError(
      40101,
      `maxDepth requires a nonnegative argument, found: ${Math.trunc(number)}`,
    );
  }
  const exact = asInt64Exact(value);
  if (exact === undefined) {
    throw new CommandError(
      40102,
      `maxDepth could not be represented as a long long: ${Math.trunc(number)}`,
    );
  }
  return exact;
}

function parseRestriction(option: RawElement, context: PipelineContext): Uint8Array {
  if (option.type !== BsonType.Document) {
    throw new CommandError(
      40185,
      `restrictSearchWithMatch must be an object, found ${typeName(option.type)}`,
    );
  }
  const filter = documentOf(option).slice();
  try {
    compileQuery(filter, context.query);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.code,
      "Failed to parse 'restrictSearchWithMatch' option to $graphLookup :: caused by :: " +
        error.message,
    );
  }
  return filter;
}

// $meta and $rand: values that come neither from the document nor from the operands.
//
// Served: recordId, sortKey, indexKey and randVal. What needs a text, vector or geo search answers that it is not available
// (40218), as MongoDB does without such a stage.

import { type RawValue, readInt32, readString } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { MISSING, type OptionalValue } from "../bson/value.ts";
import { doubleValue } from "../bson/decode.ts";
import { CommandError } from "../error.ts";
import type { Expression, ExpressionDefinition } from "./definition.ts";
import { NO_DEPENDENCIES } from "./dependencies.ts";
import { operandsOf } from "./operator_kinds.ts";
import type { Scope } from "./scope.ts";

const SOURCES: ReadonlyMap<string, (scope: Scope) => OptionalValue> = new Map([
  ["indexKey", ({ metadata }: Scope) => metadata.indexKey ?? MISSING],
  ["randVal", ({ metadata }: Scope) => metadata.randVal ?? MISSING],
  ["recordId", ({ metadata }: Scope) => recordIdValue(metadata.recordId)],
  ["sortKey", ({ metadata }: Scope) => metadata.sortKey ?? MISSING],
]);
const UNAVAILABLE: ReadonlyMap<string, string> = new Map([
  ["geoNearDistance", "$geoNear distance"],
  ["geoNearPoint", "$geoNear point"],
  ["score", "score"],
  ["scoreDetails", "scoreDetails"],
  ["searchHighlights", "$search highlights"],
  ["searchScore", "$search score"],
  ["searchScoreDetails", "$search score details"],
  ["searchSequenceToken", "$search sequence token"],
  ["stream", "stream processing metadata"],
  ["textScore", "text score"],
  ["timeseriesBucketMinTime", "timeseries bucket min time"],
  ["timeseriesBucketMaxTime", "timeseries bucket max time"],
  ["vectorSearchScore", "$vectorSearch score"],
]);

function recordIdValue(recordId: number | bigint | undefined): OptionalValue {
  return recordId === undefined ? MISSING : BigInt(recordId);
}

function compileMeta(argument: RawValue): Expression {
  if (argument.type !== BsonType.String) {
    throw new CommandError(17307, "$meta only supports string arguments");
  }
  const name = readString(argument.bytes, argument.at);
  const evaluate = SOURCES.get(name);
  if (evaluate === undefined) {
    const unavailable = UNAVAILABLE.get(name);
    if (unavailable === undefined) {
      throw new CommandError(17308, `Unsupported argument to $meta: ${name}`);
    }
    throw new CommandError(
      40218,
      `query requires ${unavailable} metadata, but it is not available`,
    );
  }
  return {
    evaluate,
    constant: undefined,
    dependencies: { ...NO_DEPENDENCIES, metadata: new Set([name]) },
  };
}

function compileRandom(argument: RawValue): Expression {
  const operands = operandsOf(argument);
  const isEmpty = argument.type === BsonType.Array
    ? operands.length === 0
    : argument.type === BsonType.Document && readInt32(argument.bytes, argument.at) === 5;
  if (!isEmpty) throw new CommandError(3040501, "$rand does not currently accept arguments");
  return {
    evaluate: () => doubleValue(Math.random()),
    constant: undefined,
    dependencies: { ...NO_DEPENDENCIES, random: true },
  };
}

export const METADATA_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$meta", help: "Metadata of the document", compile: compileMeta },
  { name: "$rand", help: "A random double in [0, 1)", compile: compileRandom },
];

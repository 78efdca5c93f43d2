// $exists and $type.

import { elements, type RawElement, type RawValue, readString } from "../../bson/read.ts";
import { BsonType, typeOfName } from "../../bson/type.ts";
import { asInt64Exact } from "../../bson/number.ts";
import { decodeValue } from "../../bson/decode.ts";
import { plainDouble } from "../../bson/json.ts";
import { rawToNumber } from "../../bson/number.ts";
import { isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  QueryOperatorDefinition,
} from "../definition.ts";
import type { ExistsExpression, MatchExpression } from "../match_expression.ts";
import { isTrue } from "../argument.ts";
import { existsBounds, typeBounds } from "../value_bounds.ts";

const NUMBER_TYPES = [BsonType.Double, BsonType.Int32, BsonType.Int64, BsonType.Decimal128];

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

/** The type bytes a `$type` argument (or a schema's bsonType) names: one or a list of names and codes. */
export function parseTypeSet(argument: RawElement, path: string): Set<number> {
  const types = new Set<number>();
  if (argument.type !== BsonType.Array) {
    addType(types, argument);
    return types;
  }
  for (const item of elements(argument.bytes, argument.at)) addType(types, item);
  if (types.size === 0) {
    throw new CommandError(ErrorCode.FailedToParse, `${path} must match at least one type`);
  }
  return types;
}

function addType(types: Set<number>, value: RawValue): void {
  if (value.type === BsonType.String) {
    const name = readString(value.bytes, value.at);
    const type = typeOfName(name);
    if (name === "number") { for (const each of NUMBER_TYPES) types.add(each); }
    else if (type === undefined) throw badValue(`Unknown type name alias: ${name}`);
    else types.add(type);
    return;
  }
  if (!isNumericType(value.type)) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "type must be represented as a number or a string",
    );
  }
  const code = asInt64Exact(decodeValue(value));
  if (code === 0n) {
    throw badValue("Invalid numerical type code: 0. Instead use {$exists:false}.");
  }
  const isType = code !== undefined &&
    (code === -1n || code === 127n || (code >= 1n && code <= 19n));
  if (!isType) {
    throw badValue(
      `Invalid numerical type code: ${
        plainDouble(
          rawToNumber(value.bytes, value.type, value.at),
          16,
        )
      }`,
    );
  }
  types.add(Number(code) & 0xff);
}

export const operators: readonly QueryOperatorDefinition[] = [
  {
    name: "$exists",
    place: "field",
    help: "the field is there (or, with false, is not)",
    parse(argument, { path }): MatchExpression {
      const origin = { operator: "$exists", argument };
      const exists: ExistsExpression = { kind: "exists", path, origin };
      return isTrue(argument) ? exists : { kind: "not", path, child: exists, origin };
    },
  },
  {
    name: "$type",
    place: "field",
    help: "the field, or an element of it, has one of the types",
    parse: (argument, { path }) => ({
      kind: "type",
      path,
      types: parseTypeSet(argument, path),
      origin: { operator: "$type", argument },
    }),
  },
];

const existsKind: MatchKindDefinition<"exists"> = {
  kind: "exists",
  leaf: () => ({ test: () => true, matchesMissing: false, unwrapsArrays: false }),
  bounds: existsBounds,
  serialize: (_, writer) => writer.bson.bool("$exists", true),
  failure: { normal: "path does not exist", inverted: "path does exist" },
};

/** All of them together are written "number". */
const NUMERIC_TYPES: readonly number[] = [
  BsonType.Double,
  BsonType.Int32,
  BsonType.Int64,
  BsonType.Decimal128,
];

const typeKind: MatchKindDefinition<"type"> = {
  kind: "type",
  leaf({ types }) {
    const accepted = new Uint8Array(256);
    for (const type of types) accepted[type] = 1;
    return {
      test: (_bytes, type) => accepted[type] === 1,
      matchesMissing: false,
      unwrapsArrays: true,
    };
  },
  bounds: typeBounds,
  serialize({ types }, { bson }) {
    bson.startArray("$type");
    const isNumber = NUMERIC_TYPES.every((type) => types.has(type));
    if (isNumber) bson.string(undefined, "number");
    for (const type of types) {
      if (isNumber && NUMERIC_TYPES.includes(type)) continue;
      bson.int32(undefined, type === 255 ? -1 : type);
    }
    bson.end();
  },
  failure: { normal: "type did not match", inverted: "type did match" },
};

export const kinds: readonly AnyMatchKindDefinition[] = [existsKind, typeKind];

// $mod, $comment, $sampleRate, $alwaysTrue, $alwaysFalse, the DBRef fields, and operators that refuse: $where, $text, geo.
//
// $regex is in regular_expression.ts, $expr in expr.ts, $jsonSchema in schema.ts.

import { decimalToBigInt, readDecimal } from "../../bson/decimal.ts";
import { elements, type RawElement, readDouble, readInt32, readInt64 } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { rawToNumber } from "../../bson/number.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { elementText, parseLong } from "../argument.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  ParseSite,
  QueryOperatorDefinition,
} from "../definition.ts";
import type { MatchExpression } from "../match_expression.ts";
import { numberBounds } from "../value_bounds.ts";
import { equalityExpression } from "./comparison.ts";

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

/** A number cut to its int64 part; undefined for NaN, infinities and what does not fit. */
function truncated(bytes: Uint8Array, type: number, at: number): bigint | undefined {
  switch (type) {
    case BsonType.Int32:
      return BigInt(readInt32(bytes, at));
    case BsonType.Int64:
      return readInt64(bytes, at);
    case BsonType.Double: {
      const value = Math.trunc(readDouble(bytes, at));
      return Number.isFinite(value) && value >= -(2 ** 63) && value < 2 ** 63
        ? BigInt(value)
        : undefined;
    }
    default: {
      const parts = readDecimal(bytes, at);
      // Beyond 40 digits nothing fits an int64, and the power of ten is not worth making.
      if (parts.kind !== "finite" || parts.exponent > 40) return undefined;
      const scale = 10n ** BigInt(Math.max(0, -parts.exponent));
      const value = decimalToBigInt({
        ...parts,
        coefficient: parts.coefficient - parts.coefficient % scale,
      });
      return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;
    }
  }
}

function parseMod(argument: RawElement, { path }: ParseSite): MatchExpression {
  if (argument.type !== BsonType.Array) throw badValue("malformed mod, needs to be an array");
  const items = [...elements(argument.bytes, argument.at)];
  if (items.length < 2) throw badValue("malformed mod, not enough elements");
  const [divisor, remainder] = items.slice(0, 2).map((item, i) => {
    const what = i === 0 ? "divisor" : "remainder";
    if (!isNumericType(item.type)) throw badValue(`malformed mod, ${what} not a number`);
    const value = truncated(item.bytes, item.type, item.at);
    if (value === undefined) {
      const number = rawToNumber(item.bytes, item.type, item.at);
      const cause = Number.isFinite(number)
        ? "Out of bounds coercing to integral value"
        : "Unable to coerce NaN/Inf to integral type";
      throw badValue(`malformed mod, ${what} value is invalid :: caused by :: ${cause}`);
    }
    return value;
  });
  if (items.length > 2) throw badValue("malformed mod, too many elements");
  if (divisor === 0n) throw badValue("divisor cannot be 0");
  return { kind: "mod", path, divisor, remainder, origin: { operator: "$mod", argument } };
}

function parseAlways(argument: RawElement): MatchExpression {
  if (parseLong(argument) !== 1n) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `${argument.name} must be an integer value of 1`,
    );
  }
  const kind = argument.name === "$alwaysTrue" ? "alwaysTrue" : "alwaysFalse";
  return { kind, origin: { operator: argument.name, argument } };
}

function parseSampleRate(argument: RawElement): MatchExpression {
  if (!isNumericType(argument.type)) {
    throw badValue("argument to $sampleRate must be a numeric type");
  }
  const rate = rawToNumber(argument.bytes, argument.type, argument.at);
  if (!(rate >= 0 && rate <= 1)) {
    throw badValue("numeric argument to $sampleRate must be in [0, 1]");
  }
  return { kind: "sampleRate", rate, origin: { operator: "$sampleRate", argument } };
}

function reference(name: "$ref" | "$id" | "$db"): QueryOperatorDefinition {
  return {
    name,
    place: "document",
    help: "a field of a DBRef",
    parse: (argument, { context }) =>
      equalityExpression(name, argument, name === "$id" ? context : { now: context.now }),
  };
}

function refused(
  name: string,
  place: "document" | "field",
  code: number,
  message: string,
): QueryOperatorDefinition {
  return {
    name,
    place,
    help: "not supported yet",
    parse(): never {
      throw new CommandError(code, message);
    },
  };
}

const geo = ["$geoIntersects", "$geoWithin", "$within"].map((name) =>
  refused(name, "field", ErrorCode.BadValue, `unknown operator: ${name}`)
);
const near = ["$geoNear", "$near", "$nearSphere"].map((name): QueryOperatorDefinition => ({
  name,
  place: "field",
  help: "not supported yet",
  parse: refuseNear,
}));

/** What cannot be a point is refused as such; a point finds no index, as there are no geo indexes. */
function refuseNear(argument: RawElement): never {
  if (argument.type !== BsonType.Document && argument.type !== BsonType.Array) {
    throw badValue(`near must be first in: { ${elementText(argument)} }`);
  }
  const fields = [...elements(argument.bytes, argument.at)];
  if (fields.length === 0) throw badValue("$geometry is required for geo near query");
  const isPoint = fields[0].name === "$geometry" ||
    (fields.length > 1 && isNumericType(fields[0].type) && isNumericType(fields[1].type));
  if (!isPoint) throw badValue("invalid argument in geo near query: 0");
  throw new CommandError(
    ErrorCode.NoQueryExecutionPlans,
    "error processing query: unable to find index for $geoNear query",
  );
}

export const operators: readonly QueryOperatorDefinition[] = [
  { name: "$alwaysFalse", place: "document", help: "no document", parse: parseAlways },
  { name: "$alwaysTrue", place: "document", help: "every document", parse: parseAlways },
  { name: "$comment", place: "document", help: "a note for logs", parse: () => null },
  reference("$db"),
  ...geo,
  reference("$id"),
  {
    name: "$mod",
    place: "field",
    help: "the whole part of the number leaves a remainder",
    parse: parseMod,
  },
  ...near,
  reference("$ref"),
  {
    name: "$sampleRate",
    place: "document",
    help: "a random share of the documents",
    parse: parseSampleRate,
  },
  refused("$text", "document", ErrorCode.IndexNotFound, "text index required for $text query"),
  refused(
    "$where",
    "document",
    6108304,
    "no globalScriptEngine in $where parsing",
  ),
  refused("$where", "field", ErrorCode.BadValue, "unknown operator: $where"),
];

const modKind: MatchKindDefinition<"mod"> = {
  kind: "mod",
  leaf({ divisor, remainder }) {
    const smallDivisor = Number(divisor);
    const smallRemainder = Number(remainder);
    const isSmall = Math.abs(smallDivisor) <= 0x7fffffff;
    return {
      test(bytes, type, at) {
        if (!isNumericType(type)) return false;
        if (type === BsonType.Int32 && isSmall) {
          return readInt32(bytes, at) % smallDivisor === smallRemainder;
        }
        const value = truncated(bytes, type, at);
        return value !== undefined && value % divisor === remainder;
      },
      matchesMissing: false,
      unwrapsArrays: true,
    };
  },
  bounds: numberBounds,
  serialize({ divisor, remainder }, { bson }) {
    bson.startArray("$mod");
    for (const value of [divisor, remainder]) {
      if (BigInt.asIntN(32, value) === value) bson.int32(undefined, Number(value));
      else bson.int64(undefined, value);
    }
    bson.end();
  },
  failure: {
    normal: "$mod did not evaluate to expected remainder",
    inverted: "$mod did evaluate to expected remainder",
  },
};

const alwaysTrueKind: MatchKindDefinition<"alwaysTrue"> = {
  kind: "alwaysTrue",
  compile: () => ({ matches: () => true }),
  serialize: (_, { bson }) => bson.int32("$alwaysTrue", 1),
};

const alwaysFalseKind: MatchKindDefinition<"alwaysFalse"> = {
  kind: "alwaysFalse",
  compile: () => ({ matches: () => false }),
  serialize: (_, { bson }) => bson.int32("$alwaysFalse", 1),
};

const sampleRateKind: MatchKindDefinition<"sampleRate"> = {
  kind: "sampleRate",
  compile: ({ rate }) => ({ matches: () => Math.random() < rate }),
  serialize: ({ rate }, { bson }) => bson.double("$sampleRate", rate),
};

export const kinds: readonly AnyMatchKindDefinition[] = [
  alwaysFalseKind,
  alwaysTrueKind,
  modKind,
  sampleRateKind,
];

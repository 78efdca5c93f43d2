// $convert, the $to... operators, $type and $isNumber.

import { isNumber } from "../bson/number.ts";
import { type RawValue } from "../bson/read.ts";
import { BsonType, typeName, typeOfName } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { checkBinaryFormat } from "./binary_text.ts";
import { valueInMessage } from "./text.ts";
import { type ConversionOptions, convertValue, PLAIN_CONVERSION } from "./conversion.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { exactInt32 } from "./number.ts";
import { numberBase } from "./radix.ts";
import { type NamedArguments, namedArguments, unaryOperator } from "./operator_kinds.ts";
import { fieldOf } from "./path_expression.ts";
import type { Scope } from "./scope.ts";
import { isDocument, isNullish, typeNameOf } from "./value_type.ts";

type Name = "input" | "to" | "onError" | "onNull" | "format" | "byteOrder" | "base";

const RULES: NamedArguments<Name> = {
  operator: "$convert",
  names: {
    input: true,
    to: true,
    onError: false,
    onNull: false,
    format: false,
    byteOrder: false,
    base: false,
  },
  notAnObject: ({ type }) =>
    failedToParse(`$convert expects an object of named arguments but found: ${typeName(type)}`),
  unknown: (name) => failedToParse(`$convert found an unknown argument: ${name}`),
  missing: (name) => failedToParse(`Missing '${name}' parameter to $convert`),
};

function failedToParse(message: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, message);
}

/** The type byte of a `to` argument: a name or a number. */
function targetType(value: OptionalValue): number {
  if (typeof value === "string") {
    const type = typeOfName(value);
    if (type === undefined) {
      throw new CommandError(ErrorCode.BadValue, `Unknown type name: ${value}`);
    }
    return type;
  }
  if (!isNumber(value)) {
    throw failedToParse(
      `$convert's 'to' argument must be a string or number, but is ${typeNameOf(value)}`,
    );
  }
  const number = exactInt32(value);
  if (number === undefined) {
    throw failedToParse("In $convert, numeric 'to' argument is not an integer");
  }
  const type = number === -1 ? BsonType.MinKey : number;
  if (typeName(type).startsWith("unknown")) {
    throw failedToParse(
      `In $convert, numeric value for 'to' does not correspond to a BSON type: ${number}`,
    );
  }
  return type;
}

interface Target {
  readonly type: number;
  readonly subtype: number;
}

/** `to` is a type, or `{ type, subtype }` for binary data. */
function targetOf(value: OptionalValue): Target {
  if (!isDocument(value)) return { type: targetType(value), subtype: 0 };
  const type = fieldOf(value, "type");
  const subtype = fieldOf(value, "subtype");
  if (type === MISSING) throw failedToParse("Missing 'type' field in $convert's 'to' argument");
  const number = subtype === MISSING ? 0 : exactInt32(subtype);
  if (number === undefined) {
    throw isNumber(subtype)
      ? new CommandError(
        4341106,
        "In $convert, numeric 'subtype' argument is not an integer",
      )
      : new CommandError(
        4341108,
        `For BinData, $convert's 'subtype' argument must be a number, but is ${
          typeNameOf(subtype)
        }`,
      );
  }
  const isKnown = (number >= 0 && number <= 9) || (number >= 128 && number <= 255);
  if (!isKnown) {
    throw new CommandError(
      4341107,
      `In $convert, numeric value for 'subtype' does not correspond to a BinData type: ${number}`,
    );
  }
  return { type: targetType(type), subtype: number };
}

function formatOf(value: OptionalValue | undefined): string | undefined {
  if (value === undefined || isNullish(value)) return undefined;
  if (typeof value !== "string") {
    throw new CommandError(
      4341114,
      `$convert requires that 'format' be a string, found: ${typeNameOf(value)} with value ${
        valueInMessage(value)
      }`,
    );
  }
  checkBinaryFormat(value);
  return value;
}

function byteOrderOf(value: OptionalValue | undefined): "big" | "little" {
  if (value === undefined || isNullish(value)) return "little";
  if (typeof value !== "string") {
    throw new CommandError(
      9130001,
      `$convert requires that 'byteOrder' be a string, found: ${typeNameOf(value)} with value ${
        valueInMessage(value)
      }`,
    );
  }
  if (value === "big" || value === "little") return value;
  throw new CommandError(9130002, `Invalid 'byteOrder' argument for $convert: ${value}`);
}

function compileConvert(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, RULES);
  const parts: Partial<Record<Name, Expression>> = {};
  for (const name of Object.keys(found) as Name[]) parts[name] = context.compile(found[name]!);
  return combineExpressions(Object.values(parts), (scope) => convert(parts, scope));
}

function convert(parts: Partial<Record<Name, Expression>>, scope: Scope): OptionalValue {
  const input = parts.input!.evaluate(scope);
  const to = parts.to!.evaluate(scope);
  // A bad target is an error even for null.
  const target = isNullish(to) ? undefined : targetOf(to);
  if (isNullish(input)) return parts.onNull === undefined ? null : parts.onNull.evaluate(scope);
  if (target === undefined) return null;
  const options: ConversionOptions = {
    format: formatOf(parts.format?.evaluate(scope)),
    subtype: target.subtype,
    byteOrder: byteOrderOf(parts.byteOrder?.evaluate(scope)),
    base: numberBase(parts.base?.evaluate(scope) ?? null),
  };
  try {
    return convertValue(input, target.type, options);
  } catch (error) {
    const isConversion = error instanceof CommandError &&
      error.code === ErrorCode.ConversionFailure;
    if (!isConversion || parts.onError === undefined) throw error;
    return parts.onError.evaluate(scope);
  }
}

function conversionOperator(
  name: string,
  target: number,
  options: ConversionOptions = PLAIN_CONVERSION,
): ExpressionDefinition {
  return unaryOperator(
    name,
    `The value as ${typeName(target)}`,
    (value): BsonValue => isNullish(value) ? null : convertValue(value, target, options),
  );
}

const TO_STRING: ConversionOptions = { ...PLAIN_CONVERSION, format: "auto" };
const TO_UUID: ConversionOptions = { ...PLAIN_CONVERSION, format: "uuid", subtype: 4 };

export const TYPE_CONVERSION_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$convert", help: "The value as another type", compile: compileConvert },
  unaryOperator("$isNumber", "True for a number", (value) => isNumber(value)),
  conversionOperator("$toBool", BsonType.Boolean),
  conversionOperator("$toDate", BsonType.Date),
  conversionOperator("$toDecimal", BsonType.Decimal128),
  conversionOperator("$toDouble", BsonType.Double),
  conversionOperator("$toInt", BsonType.Int32),
  conversionOperator("$toLong", BsonType.Int64),
  conversionOperator("$toObjectId", BsonType.ObjectId),
  conversionOperator("$toString", BsonType.String, TO_STRING),
  conversionOperator("$toUUID", BsonType.Binary, TO_UUID),
  unaryOperator("$type", "The name of the value's type", typeNameOf),
];

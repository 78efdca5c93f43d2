// $densify: adds documents where a sequence of numbers or dates has gaps.
//
// As in MongoDB it becomes a $sort and $_internalDensify, whose stream is densify_stream.ts. Here: the specification.

import { compareValues } from "../../bson/compare.ts";
import { decodeValue } from "../../bson/decode.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { asInt64Exact, isNumber, type NumericValue, toNumber } from "../../bson/number.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { BsonDate, type BsonValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { TimeUnit } from "../../expression/date_argument.ts";
import { parseFieldPath } from "../../expression/field_path.ts";
import { typeOfValue } from "../../bson/value_type.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { type DensifyBounds, type DensifyPlan, DensifyStream } from "../densify_stream.ts";
import { missingOption, unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { parseTimeUnit } from "../windows/bounds.ts";
import { sortStage } from "./sort.ts";

interface RangeSpec {
  readonly step: NumericValue;
  readonly unit: TimeUnit | undefined;
  readonly bounds: DensifyBounds;
}

function partitionsOf(field: RawElement): string[] {
  const path = "$densify.partitionByFields";
  if (field.type !== BsonType.Array) throw wrongOptionType(path, field.type, "array");
  return Array.from(elements(field.bytes, field.at), (item) => {
    if (item.type !== BsonType.String) {
      throw wrongOptionType(`${path}.${item.name}`, item.type, "string");
    }
    return readString(item.bytes, item.at);
  });
}

function stepOf(field: RawElement): NumericValue {
  const step = decodeValue(field);
  if (!isNumber(step)) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `BSON field '$densify.range.step' is the wrong type '${typeName(field.type)}', expected ` +
        "types '[int, decimal, double, long]'",
    );
  }
  if (toNumber(step) > 0) return step;
  throw new CommandError(
    5733401,
    "The step parameter in a range statement must be a strictly positive numeric value",
  );
}

function unitOf(field: RawElement, step: NumericValue): TimeUnit {
  if (field.type !== BsonType.String) {
    throw wrongOptionType("$densify.range.unit", field.type, "string");
  }
  if (asInt64Exact(step) === undefined) {
    throw new CommandError(
      6586400,
      "The step parameter in a range statement must be a whole number when densifying a date range",
    );
  }
  return parseTimeUnit(readString(field.bytes, field.at));
}

function rangeOf(range: RawElement): RangeSpec {
  const path = "$densify.range";
  if (range.type !== BsonType.Document) throw wrongOptionType(path, range.type, "object");
  const fields = new Map<string, RawElement>();
  for (const field of elements(range.bytes, range.at)) {
    if (!["step", "unit", "bounds"].includes(field.name)) {
      throw unknownOption(`${path}.${field.name}`);
    }
    fields.set(field.name, field);
  }
  for (const name of ["bounds", "step"]) {
    if (!fields.has(name)) throw missingOption(`${path}.${name}`);
  }
  const step = stepOf(fields.get("step")!);
  const unitField = fields.get("unit");
  const unit = unitField === undefined ? undefined : unitOf(unitField, step);
  return { step, unit, bounds: boundsOf(fields.get("bounds")!, step, unit) };
}

function boundsOf(
  field: RawElement,
  step: NumericValue,
  unit: TimeUnit | undefined,
): DensifyBounds {
  if (field.type === BsonType.String) {
    const word = readString(field.bytes, field.at);
    if (word === "full" || word === "partition") return word;
    throw new CommandError(5946802, "Bounds string must either be 'full' or 'partition'");
  }
  if (field.type !== BsonType.Array) {
    throw new CommandError(
      5733404,
      "The bounds in a range statement must be the string 'full', 'partition', or an ascending " +
        "array of two numbers or two dates",
    );
  }
  const values = Array.from(elements(field.bytes, field.at), decodeValue);
  if (values.length !== 2) {
    throw new CommandError(
      5733403,
      "A bounding array in a range statement must have exactly two elements",
    );
  }
  return checkPair(values[0], values[1], step, unit);
}

const MIXED = "A bounding array must contain either both dates or both numeric types";

function checkPair(
  lower: BsonValue,
  upper: BsonValue,
  step: NumericValue,
  unit: TimeUnit | undefined,
): DensifyBounds {
  if (compareValues(lower, upper) > 0) {
    throw new CommandError(
      5733402,
      "A bounding array must be an ascending array of either two dates or two numbers",
    );
  }
  if (isNumber(lower)) {
    if (unit !== undefined) {
      throw new CommandError(5733409, "Numeric bounds may not have unit parameter");
    }
    if (!isNumber(upper)) throw new CommandError(5733406, MIXED);
    const type = typeOfValue(lower);
    if (type !== typeOfValue(upper) || type !== typeOfValue(step)) {
      throw new CommandError(
        5876900,
        "Upper bound, lower bound, and step must all have the same type",
      );
    }
    return { lower, upper };
  }
  if (!(lower instanceof BsonDate)) {
    throw new CommandError(5946800, "Explicit bounds must be numeric or dates");
  }
  if (!(upper instanceof BsonDate)) throw new CommandError(5733405, MIXED);
  if (unit === undefined) {
    throw new CommandError(5733410, "A bounding array of dates must specify a unit");
  }
  return { lower, upper };
}

function parseDensify(spec: RawElement): DensifyPlan {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `The $densify stage specification must be an object, found ${typeName(spec.type)}`,
    );
  }
  let field: string | undefined;
  let partitions: string[] = [];
  let range: RangeSpec | undefined;
  for (const option of elements(spec.bytes, spec.at)) {
    const path = `$densify.${option.name}`;
    if (option.name === "field") {
      if (option.type !== BsonType.String) throw wrongOptionType(path, option.type, "string");
      field = readString(option.bytes, option.at);
    } else if (option.name === "partitionByFields") partitions = partitionsOf(option);
    else if (option.name === "range") range = rangeOf(option);
    else throw unknownOption(path);
  }
  if (field === undefined) throw missingOption("$densify.field");
  if (range === undefined) throw missingOption("$densify.range");
  const partitionPaths = partitions.map(parseFieldPath);
  const fieldPath = parseFieldPath(field);
  if (range.bounds === "partition" && partitions.length === 0) {
    throw new CommandError(
      5733408,
      "One cannot specify the bounds as 'partition' without specifying a non-empty array of " +
        "partitionByFields. You may have meant to specify 'full' bounds.",
    );
  }
  if (partitions.some((path) => path === field || path.startsWith(`${field}.`))) {
    throw new CommandError(
      8993000,
      "BSON field '$densify.partitionByFields' contains the field that is being densified",
    );
  }
  if (partitions.some((path) => field.startsWith(`${path}.`))) {
    throw new CommandError(
      9554500,
      "The field that is being densified contains the BSON field '$densify.partitionByFields'",
    );
  }
  return { ...range, field: fieldPath, partitions: partitionPaths };
}

/** Documents come by partition, but for full bounds, which need the least and greatest value of all. */
function sortOf({ field, partitions, bounds }: DensifyPlan): RawElement {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.startDocument("$sort");
  if (bounds !== "full") {
    for (const path of partitions) writer.int32(path.join("."), 1);
  }
  writer.int32(field.join("."), 1);
  writer.end();
  writer.end();
  const [sort] = elements(writer.bytes());
  return sort;
}

export const $densify: StageDefinition = {
  name: "$densify",
  help: "Adds documents where a sequence has gaps",
  parse(spec): readonly Stage[] {
    const plan = parseDensify(spec);
    return [
      sortStage(sortOf(plan)),
      {
        name: "$_internalDensify",
        given: spec,
        open: (input, run) => new DensifyStream(input, plan, run),
      },
    ];
  },
};

// $fill: values for null and missing fields, from a formula or from the documents around.
//
// It is written out as other stages: methods become $locf and $linearFill of a $setWindowFields, values an $addFields with
// $ifNull.

import { BsonWriter } from "../../bson/encode.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { missingOption, unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { addFieldsStage } from "./project.ts";
import { $setWindowFields } from "./set_window_fields.ts";

interface FillSpec {
  readonly sortBy: RawElement | undefined;
  readonly partitionBy: RawElement | undefined;
  readonly partitionByFields: readonly string[] | undefined;
  /** Fields filled by a method: name and window function. */
  readonly methods: readonly (readonly [name: string, method: string])[];
  /** Fields filled by an expression. */
  readonly values: readonly (readonly [name: string, value: RawElement])[];
}

const METHODS: ReadonlyMap<string, string> = new Map([["linear", "$linearFill"], [
  "locf",
  "$locf",
]]);

function fieldNames(field: RawElement): string[] {
  const path = "$fill.partitionByFields";
  if (field.type !== BsonType.Array) throw wrongOptionType(path, field.type, "array");
  return Array.from(elements(field.bytes, field.at), (item) => {
    if (item.type !== BsonType.String) {
      throw wrongOptionType(`${path}.${item.name}`, item.type, "string");
    }
    return readString(item.bytes, item.at);
  });
}

function readOutput(
  output: RawElement,
): Pick<FillSpec, "methods" | "values"> {
  if (output.type !== BsonType.Document) {
    throw wrongOptionType("$fill.output", output.type, "object");
  }
  const methods: [string, string][] = [];
  const values: [string, RawElement][] = [];
  for (const field of elements(output.bytes, output.at)) {
    if (field.type !== BsonType.Document) {
      throw new CommandError(
        6050200,
        "Each fill output specification must be an object with exactly one field",
      );
    }
    const options = new Map<string, RawElement>();
    for (const option of elements(field.bytes, field.at)) {
      if (option.name !== "method" && option.name !== "value") {
        throw unknownOption(`$fill.${option.name}`);
      }
      options.set(option.name, option);
    }
    const method = options.get("method");
    const value = options.get("value");
    if (method !== undefined && value !== undefined) {
      throw new CommandError(
        6050201,
        "Each fill output specification must have exactly one of 'method' or 'value' fields, not both",
      );
    }
    if (method !== undefined) methods.push([field.name, windowFunction(method)]);
    if (value !== undefined) values.push([field.name, value]);
  }
  if (methods.length + values.length > 0 || hasFields(output)) return { methods, values };
  throw new CommandError(
    6050203,
    "The output field in '$fill' must contain an object with at least one element",
  );
}

function hasFields({ bytes, at }: RawElement): boolean {
  return elements(bytes, at).next().done !== true;
}

function windowFunction(method: RawElement): string {
  if (method.type !== BsonType.String) {
    throw wrongOptionType("$fill.method", method.type, "string");
  }
  const found = METHODS.get(readString(method.bytes, method.at));
  if (found !== undefined) return found;
  throw new CommandError(6050202, "Method must be either locf or linear");
}

function readSpec(spec: RawElement): FillSpec {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `The $fill stage specification must be an object, found ${typeName(spec.type)}`,
    );
  }
  let sortBy: RawElement | undefined;
  let partitionBy: RawElement | undefined;
  let partitionByFields: string[] | undefined;
  let output: RawElement | undefined;
  for (const field of elements(spec.bytes, spec.at)) {
    const path = `$fill.${field.name}`;
    if (field.name === "sortBy") {
      if (field.type !== BsonType.Document) throw wrongOptionType(path, field.type, "object");
      sortBy = field;
    } else if (field.name === "partitionBy") {
      if (field.type !== BsonType.Document && field.type !== BsonType.String) {
        throw wrongOptionType(path, field.type, "string', 'object");
      }
      partitionBy = field;
    } else if (field.name === "partitionByFields") partitionByFields = fieldNames(field);
    else if (field.name === "output") output = field;
    else throw unknownOption(path);
  }
  if (output === undefined) throw missingOption("$fill.output");
  const filled = readOutput(output);
  if (partitionBy !== undefined && partitionByFields !== undefined) {
    throw new CommandError(
      6050204,
      "Maximum one of 'partitionBy' and 'partitionByFields can be specified in '$fill'",
    );
  }
  return { sortBy, partitionBy, partitionByFields, ...filled };
}

function windowSpec(fill: FillSpec): RawElement {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.startDocument("$setWindowFields");
  if (fill.sortBy !== undefined) writer.raw("sortBy", fill.sortBy);
  if (fill.partitionBy !== undefined) writer.raw("partitionBy", fill.partitionBy);
  if (fill.partitionByFields !== undefined) {
    writer.startDocument("partitionBy");
    for (const name of fill.partitionByFields) writer.string(name, `$${name}`);
    writer.end();
  }
  writer.startDocument("output");
  for (const [name, method] of fill.methods) {
    writer.startDocument(name);
    writer.string(method, `$${name}`);
    writer.end();
  }
  for (let i = 0; i < 3; i++) writer.end();
  const [element] = elements(writer.bytes());
  return element;
}

function valueSpec(values: FillSpec["values"]): RawElement {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.startDocument("$addFields");
  for (const [name, value] of values) {
    writer.startDocument(name);
    writer.startArray("$ifNull");
    writer.string(undefined, `$${name}`);
    writer.raw(undefined, value);
    writer.end();
    writer.end();
  }
  writer.end();
  writer.end();
  const [element] = elements(writer.bytes());
  return element;
}

export const $fill: StageDefinition = {
  name: "$fill",
  help: "Fills in null and missing fields",
  parse(spec, context): readonly Stage[] {
    const fill = readSpec(spec);
    const stages: Stage[] = [];
    if (fill.methods.length > 0) {
      stages.push(...[$setWindowFields.parse(windowSpec(fill), context)].flat());
    }
    if (fill.values.length > 0) stages.push(addFieldsStage(valueSpec(fill.values), context));
    return stages;
  },
};

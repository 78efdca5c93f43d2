// Errors of schemas, and the parts that the details of failed rules have in common.

import type { BsonWriter } from "../../bson/encode.ts";
import type { RawElement, RawValue } from "../../bson/read.ts";
import { typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { SchemaNode } from "./definition.ts";

/** `$jsonSchema keyword 'x' <problem>` with code 14. */
export function wrongType(keyword: string, problem: string): CommandError {
  return new CommandError(ErrorCode.TypeMismatch, `$jsonSchema keyword '${keyword}' ${problem}`);
}

/** `$jsonSchema keyword 'x' <problem>` with code 9. */
export function failedToParse(keyword: string, problem: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, `$jsonSchema keyword '${keyword}' ${problem}`);
}

/** `operatorName` and `specifiedAs`. */
export function writeKeyword(details: BsonWriter, ...specified: readonly RawElement[]): void {
  details.string("operatorName", specified[0].name);
  details.startDocument("specifiedAs");
  for (const element of specified) details.raw(element.name, element);
  details.end();
}

export function writeReason(details: BsonWriter, reason: string, value?: RawValue): void {
  details.string("reason", reason);
  if (value !== undefined) details.raw("consideredValue", value);
}

export function writeType(details: BsonWriter, value: RawValue): void {
  details.string("consideredType", typeName(value.type));
}

export function writeAnnotations(details: BsonWriter, schema: SchemaNode): void {
  for (const annotation of schema.annotations) details.raw(annotation.name, annotation);
}

/** Appends `name: [...]` with the details of the rules that do not hold. */
export function writeFailures(
  details: BsonWriter,
  name: string,
  schema: SchemaNode,
  value: RawValue,
): void {
  details.startArray(name);
  for (const rule of schema.rules) {
    if (!rule.holds(value.bytes, value.type, value.at)) rule.explain(value, details);
  }
  details.end();
}

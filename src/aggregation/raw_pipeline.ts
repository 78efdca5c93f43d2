// Pipelines as raw arrays of stage documents: taking them apart and putting them together before they are parsed.

import { BsonWriter } from "../bson/encode.ts";
import { documentOf, elements, type RawValue } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";

/** The stage documents of a raw array, as views; throws 14 for what is no pipeline. */
export function rawStages(value: RawValue): Uint8Array[] {
  if (value.type !== BsonType.Array) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "'pipeline' option must be specified as an array",
    );
  }
  return [...elements(value.bytes, value.at)].map((stage) => {
    if (stage.type === BsonType.Document) return documentOf(stage);
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "Each element of the 'pipeline' array must be an object",
    );
  });
}

/** The name of a stage document's stage; "" for an empty one. */
export function stageName(stage: Uint8Array): string {
  const first = elements(stage).next();
  return first.done ? "" : first.value.name;
}

/** Stage documents as a raw array. */
export function rawPipeline(stages: readonly Uint8Array[]): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startArray();
  for (const stage of stages) writer.document(undefined, stage);
  writer.end();
  return writer.bytes();
}

/** Stage documents and a raw array of stages as one raw array. */
export function joinPipelines(front: readonly Uint8Array[], pipeline: Uint8Array): Uint8Array {
  if (front.length === 0) return pipeline;
  const writer = new BsonWriter(256);
  writer.startArray();
  for (const stage of front) writer.document(undefined, stage);
  for (const stage of elements(pipeline)) writer.raw(undefined, stage);
  writer.end();
  return writer.bytes();
}

/** The error for an option of the wrong type, as the server's own parser words it. */
export function wrongOptionType(option: string, type: number, expected: string): CommandError {
  return new CommandError(
    ErrorCode.TypeMismatch,
    `BSON field '${option}' is the wrong type '${typeName(type)}', expected type '${expected}'`,
  );
}

export function unknownOption(option: string): CommandError {
  return new CommandError(
    ErrorCode.IDLUnknownField,
    `BSON field '${option}' is an unknown field.`,
  );
}

export function missingOption(option: string): CommandError {
  return new CommandError(
    ErrorCode.IDLFailedToParse,
    `BSON field '${option}' is missing but a required field`,
  );
}

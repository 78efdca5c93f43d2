// The `from` and `coll` of stages that read another collection: names, and the few collections outside the database.

import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { PipelineContext } from "../definition.ts";
import { unknownOption, wrongOptionType } from "../raw_pipeline.ts";

/** The collection named by a stage's `from`; throws the server's errors. */
export function collectionOfSource(
  stage: string,
  from: RawElement,
  context: PipelineContext,
): string {
  if (from.type === BsonType.String) {
    const name = readString(from.bytes, from.at);
    checkName(stage, name, context);
    return name;
  }
  if (from.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `${stage} 'from' field must be a string, but found ${typeName(from.type)}`,
    );
  }
  const { database, collection } = databaseAndCollection(`${stage}.from`, from);
  throw new CommandError(
    ErrorCode.FailedToParse,
    `${stage} with syntax {from: {db:<>, coll:<>},..} is not supported for db: ` +
      `${database ?? ""} and coll: ${collection ?? ""}`,
  );
}

function checkName(stage: string, name: string, context: PipelineContext): void {
  // An empty one is $lookup's way to say that the pipeline brings the documents.
  const isEmpty = name === "" && stage !== "$lookup";
  if (!isEmpty && !name.startsWith(".") && !name.includes("\0")) return;
  throw new CommandError(
    ErrorCode.InvalidNamespace,
    `invalid ${stage} namespace: ${context.database}.${name}`,
  );
}

/** The names in `{db: ..., coll: ...}`. */
export function databaseAndCollection(
  option: string,
  value: RawElement,
): { database: string | undefined; collection: string | undefined } {
  let database: string | undefined;
  let collection: string | undefined;
  for (const field of elements(value.bytes, value.at)) {
    if (field.name !== "db" && field.name !== "coll") {
      throw unknownOption(`${option}.${field.name}`);
    }
    if (field.type !== BsonType.String) {
      throw wrongOptionType(`${option}.${field.name}`, field.type, "string");
    }
    if (field.name === "db") database = readString(field.bytes, field.at);
    else collection = readString(field.bytes, field.at);
  }
  return { database, collection };
}

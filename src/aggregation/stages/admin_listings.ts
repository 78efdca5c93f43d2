// $listSampledQueries and $querySettings: lists of what this server does not keep, so they are always empty.

import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { rowsStream } from "../rows_stream.ts";

interface Listing {
  readonly name: string;
  readonly help: string;
  readonly option: string;
  readonly optionType: number;
}

function emptyListing({ name, help, option, optionType }: Listing): StageDefinition {
  return {
    name,
    help,
    isFirstOnly: true,
    isCollectionless: true,
    notInFacet: true,
    parse(spec, context): Stage {
      checkSpec(name, spec, option, optionType);
      checkDatabase(name, context);
      return { name, given: spec, isSource: true, open: () => rowsStream(() => []) };
    },
  };
}

function checkSpec(name: string, spec: RawElement, option: string, optionType: number): void {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `${name} stage expects a document as argument, but found ${typeName(spec.type)}`,
    );
  }
  for (const field of elements(spec.bytes, spec.at)) {
    if (field.name !== option) throw unknownOption(`${name}.${field.name}`);
    if (field.type !== optionType) {
      throw wrongOptionType(`${name}.${option}`, field.type, typeName(optionType));
    }
  }
}

function checkDatabase(name: string, { namespace }: PipelineContext): void {
  if (namespace === "admin.$cmd.aggregate") return;
  throw new CommandError(
    ErrorCode.InvalidNamespace,
    `${name} must be run against the 'admin' database with {aggregate: 1}`,
  );
}

export const $listSampledQueries: StageDefinition = emptyListing({
  name: "$listSampledQueries",
  help: "Queries sampled for analyzing shard keys: none",
  option: "namespace",
  optionType: BsonType.String,
});

export const $querySettings: StageDefinition = emptyListing({
  name: "$querySettings",
  help: "Settings of query shapes: none",
  option: "showDebugQueryShape",
  optionType: BsonType.Boolean,
});

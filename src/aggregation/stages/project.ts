// $project, $addFields / $set, $unset: stages that rewrite each document by a projection (query/projection.ts).

import { BsonWriter } from "../../bson/encode.ts";
import {
  documentOf,
  elements,
  isEmptyDocument,
  type RawElement,
  readString,
} from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { FoldingError } from "../../expression/expression.ts";
import { compileAddFields, compileProjection, type Projection } from "../../query/projection.ts";
import { ProjectionStream } from "../../stream/projection_stream.ts";
import { batchMetadata } from "../../stream/sort_key_stream.ts";
import type { PipelineContext, Stage, StageDefinition, StageEffect } from "../definition.ts";
import { addFieldsEffect, projectionEffect } from "../projection_effect.ts";

function projectionStage(
  name: string,
  spec: RawElement,
  compile: () => Projection,
  effectOf: (projection: Projection) => StageEffect,
): Stage {
  // Compiled anew for each stream: a projection carries the scope of its own evaluation.
  const effect = effectOf(compile());
  return {
    name,
    given: spec,
    effect,
    open: (input) => new ProjectionStream(input, compile(), batchMetadata),
  };
}

/** Errors of a projection name the stage they come from. */
function inStage<T>(name: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof CommandError) || error instanceof FoldingError) throw error;
    throw new CommandError(error.code, `Invalid ${name} :: caused by :: ${error.message}`);
  }
}

function projectStage(spec: RawElement, context: PipelineContext): Stage {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(15969, "$project specification must be an object");
  }
  const document = documentOf(spec);
  if (isEmptyDocument(document)) {
    throw new CommandError(51272, "projection specification must have at least one field");
  }
  const compile = (): Projection =>
    inStage(
      "$project",
      () => compileProjection(document, { compiler: context.compiler, dialect: "aggregate" }),
    );
  return projectionStage("$project", spec, compile, (one) => projectionEffect(document, one));
}

export const $project: StageDefinition = {
  name: "$project",
  help: "Includes, excludes and computes fields",
  parse: projectStage,
};

/** The $addFields (or $set) stage of a specification. */
export function addFieldsStage(spec: RawElement, context: PipelineContext): Stage {
  const { name } = spec;
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      40272,
      `${name} specification stage must be an object, got ${typeName(spec.type)}`,
    );
  }
  const document = documentOf(spec);
  return projectionStage(
    name,
    spec,
    () => inStage(name, () => compileAddFields(document, context.compiler)),
    (projection) => addFieldsEffect(document, projection),
  );
}

function addFields(name: string): StageDefinition {
  return {
    name,
    help: "Adds computed fields, replacing those of the same name",
    parse: addFieldsStage,
  };
}

export const $addFields: StageDefinition = addFields("$addFields");
export const $set: StageDefinition = addFields("$set");

/** A stage that keeps only these fields, which have no dots and are more than `_id`. */
export function inclusionStage(names: readonly string[], context: PipelineContext): Stage {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.startDocument("$project");
  for (const name of names) writer.int32(name, 1);
  if (!names.includes("_id")) writer.int32("_id", 0);
  writer.end();
  writer.end();
  const [spec] = elements(writer.bytes());
  return projectStage(spec, context);
}

/** A stage that takes fields out; shown as the $project it is. */
export function exclusionStage(
  paths: readonly string[],
  context: PipelineContext,
  given?: RawElement,
): Stage {
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const path of paths) writer.int32(path, 0);
  writer.end();
  const exclusion = writer.bytes();
  const spec = given ?? { name: "$unset", bytes: exclusion, type: BsonType.Document, at: 0 };
  const compile = (): Projection =>
    inStage(
      "$unset",
      () => compileProjection(exclusion, { compiler: context.compiler, dialect: "aggregate" }),
    );
  const effect = (one: Projection): StageEffect => projectionEffect(exclusion, one);
  const stage = projectionStage("$unset", spec, compile, effect);
  return { ...stage, explain: (out) => out.document("$project", exclusion) };
}

export const $unset: StageDefinition = {
  name: "$unset",
  help: "Removes fields",
  parse: (spec, context) => exclusionStage(unsetPaths(spec), context, spec),
};

function unsetPaths(spec: RawElement): string[] {
  if (spec.type === BsonType.String) {
    const path = readString(spec.bytes, spec.at);
    if (path === "") {
      throw new CommandError(40352, "FieldPath cannot be constructed with empty string");
    }
    return [path];
  }
  if (spec.type !== BsonType.Array) {
    throw new CommandError(31002, "$unset specification must be a string or an array");
  }
  const paths: string[] = [];
  for (const item of elements(spec.bytes, spec.at)) {
    if (item.type !== BsonType.String) {
      throw new CommandError(
        31120,
        "$unset specification must be a string or an array containing only string values",
      );
    }
    paths.push(readString(item.bytes, item.at));
  }
  if (paths.length === 0) {
    throw new CommandError(
      31119,
      "$unset specification must be a string or an array with at least one field",
    );
  }
  return paths;
}

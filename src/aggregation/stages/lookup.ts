// $lookup: the documents of another collection that belong to each document, as an array.
//
//   localField, foreignField             equality, through an index or a hash table (join/foreign_join.ts)
//   pipeline, let                        a pipeline per document (join/sub_pipeline.ts)
//   both                                 the pipeline over the documents that are equal
//
// An $unwind of the array right behind it is done here, and so is a $match on the joined documents behind that
// (join_moves.ts): then the array is never made.
// A local array stands for its elements, null and missing match both (features 7.64), regular expressions match as values.

import type { BsonWriter } from "../../bson/encode.ts";
import { type CompiledPath, compilePath } from "../../bson/path.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { checkVariableName } from "../../expression/expression.ts";
import { parseFieldPath } from "../../expression/field_path.ts";
import { type CompiledFilter, compileFilter } from "../../query/filter.ts";
import type { MatchExpression } from "../../query/match_expression.ts";
import { serialize } from "../../query/serialize.ts";
import type {
  PipelineContext,
  Stage,
  StageDefinition,
  StageEffect,
  UnwindPart,
} from "../definition.ts";
import { type LetVariable, type LookupSpec, openLookup } from "../join/lookup_stream.ts";
import { collectionOfSource } from "../join/source_namespace.ts";
import { SubPipeline } from "../join/sub_pipeline.ts";
import { readsOf, topLevel } from "../projection_effect.ts";
import {
  missingOption,
  rawStages,
  stageName,
  unknownOption,
  wrongOptionType,
} from "../raw_pipeline.ts";

/** The arguments as given. */
interface LookupArguments {
  from?: string;
  as?: string;
  localField?: string;
  foreignField?: string;
  let?: RawElement;
  pipeline?: Uint8Array[];
}

export const $lookup: StageDefinition = {
  name: "$lookup",
  help: "Joins documents of another collection, by equality or by a pipeline",
  parse(spec, context): Stage {
    return lookupStage(spec, parseLookup(spec, context));
  },
};

function lookupStage(given: RawElement, lookup: LookupSpec): Stage {
  const { unwinding, filter } = lookup;
  return {
    name: "$lookup",
    given,
    effect: effectOf(lookup),
    join: {
      as: lookup.as.path,
      ...(unwinding === undefined ? {} : { unwind: unwinding }),
      unwound: (unwind) => lookupStage(given, { ...lookup, unwinding: unwind }),
      filtered: (more) => lookupStage(given, { ...lookup, filter: filterBy(filter, more) }),
    },
    ...(unwinding === undefined ? {} : {
      explain: (writer: BsonWriter) => explainLookup(writer, given, unwinding, filter),
    }),
    open: (input, run) => openLookup(input, lookup, run),
  };
}

function effectOf({ as, local, variables, unwinding }: LookupSpec): StageEffect {
  const reads = readsOf(variables.map(({ expression }) => expression.dependencies));
  if (local !== undefined) reads?.add(local.names[0]);
  const writes = new Set([as.names[0]]);
  if (unwinding === undefined) return { reads, writes, isRowwise: true, letsFiltersPass: true };
  if (unwinding.indexField !== undefined) writes.add(topLevel(unwinding.indexField));
  return { reads, writes, letsFiltersPass: true, copies: true };
}

function filterBy(earlier: CompiledFilter | undefined, more: MatchExpression): CompiledFilter {
  const expression: MatchExpression = earlier === undefined
    ? more
    : { kind: "and", children: [earlier.expression, more] };
  return { expression, matches: compileFilter(expression), isEmpty: false };
}

/** The client's form, with the $match and the $unwind behind it that the stage does as well. */
function explainLookup(
  writer: BsonWriter,
  given: RawElement,
  unwinding: UnwindPart,
  filter: CompiledFilter | undefined,
): void {
  let stages: readonly Uint8Array[] = [];
  writer.startDocument("$lookup");
  for (const option of elements(given.bytes, given.at)) {
    if (option.name === "pipeline" && filter !== undefined) stages = rawStages(option);
    else writer.raw(option.name, option);
  }
  if (filter !== undefined) {
    writer.startArray("pipeline");
    for (const stage of stages) writer.document(undefined, stage);
    writer.startDocument(undefined);
    writer.document("$match", serialize(filter.expression));
    writer.end();
    writer.end();
  }
  writer.startDocument("unwinding");
  writer.bool("preserveNullAndEmptyArrays", unwinding.preserve);
  if (unwinding.indexField !== undefined) {
    writer.string("includeArrayIndex", unwinding.indexField);
  }
  writer.end();
  writer.end();
}

function failed(message: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, message);
}

function parseLookup(spec: RawElement, context: PipelineContext): LookupSpec {
  if (spec.type !== BsonType.Document) {
    throw failed(
      `the $lookup stage specification must be an object, but found ${typeName(spec.type)}`,
    );
  }
  const given = readArguments(spec, context);
  const { from = "", pipeline, localField = "", foreignField = "" } = given;
  if (from === "") checkCollectionless(pipeline);
  if (given.as === undefined) throw missingOption("$lookup.as");
  if (given.as === "") throw failed("must specify 'as' field for a $lookup");
  const hasFields = localField !== "" && foreignField !== "";
  const hasAField = localField !== "" || foreignField !== "";
  if (pipeline === undefined && !hasFields) {
    throw failed(
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  }
  if (hasAField && !hasFields) {
    throw failed(
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    );
  }
  if (given.let !== undefined && pipeline === undefined) {
    throw failed("$lookup with a 'let' argument must also specify 'pipeline'");
  }
  const namespace = from === ""
    ? `${context.database}.$cmd.aggregate`
    : `${context.database}.${from}`;
  const variables = given.let === undefined ? [] : parseLet(given.let, context);
  const source = hasFields ? sourceStages(pipeline) : [];
  if (hasFields) parseFieldPath(foreignField);
  return {
    namespace,
    collection: from,
    as: checkedPath(given.as),
    local: hasFields ? checkedPath(localField) : undefined,
    foreignField: hasFields ? foreignField : undefined,
    variables,
    source,
    pipeline: pipeline === undefined ? undefined : new SubPipeline({
      namespace,
      stages: pipeline.slice(source.length),
      names: variables.map(({ name }) => name),
      place: "lookup",
    }, context),
  };
}

function checkedPath(text: string): CompiledPath {
  parseFieldPath(text);
  return compilePath(text);
}

function readArguments(spec: RawElement, context: PipelineContext): LookupArguments {
  const given: LookupArguments = {};
  for (const option of elements(spec.bytes, spec.at)) {
    switch (option.name) {
      case "from":
        given.from = collectionOfSource("$lookup", option, context);
        break;
      case "as":
      case "localField":
      case "foreignField":
        if (option.type !== BsonType.String) {
          throw wrongOptionType(`$lookup.${option.name}`, option.type, "string");
        }
        given[option.name] = readString(option.bytes, option.at);
        break;
      case "let":
        if (option.type !== BsonType.Document) {
          throw wrongOptionType("$lookup.let", option.type, "object");
        }
        given.let = option;
        break;
      case "pipeline":
        given.pipeline = rawStages(option);
        break;
      default:
        throw unknownOption(`$lookup.${option.name}`);
    }
  }
  return given;
}

/** Without a collection the pipeline has to bring the documents. */
function checkCollectionless(pipeline: readonly Uint8Array[] | undefined): void {
  if (pipeline === undefined) throw failed("must specify 'pipeline' when 'from' is empty");
  if (pipeline.length > 0 && stageName(pipeline[0]) === "$documents") return;
  throw failed(
    "$lookup stage without explicit collection must have a pipeline with $documents as first stage",
  );
}

function sourceStages(pipeline: readonly Uint8Array[] | undefined): readonly Uint8Array[] {
  return pipeline !== undefined && pipeline.length > 0 && stageName(pipeline[0]) === "$documents"
    ? pipeline.slice(0, 1)
    : [];
}

function parseLet(spec: RawElement, context: PipelineContext): LetVariable[] {
  return [...elements(spec.bytes, spec.at)].map((variable) => {
    checkVariableName(variable.name);
    return { name: variable.name, expression: context.compiler.compile(variable) };
  });
}

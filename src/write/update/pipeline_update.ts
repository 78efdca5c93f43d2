// Updates given as a pipeline: $addFields, $project, $replaceRoot, $replaceWith, $set, $unset.
//
// The stages run on one document after the other; the result replaces the document as a replacement would, so `_id` is
// kept and an unchanged result is a no-op. These are not the aggregation room's stages: that room works on streams and
// stands beside this one. Both are made of the same projections and expressions.

import { CommandError, ErrorCode } from "../../error.ts";
import { decodeValue, isDocumentValue } from "../../bson/decode.ts";
import { allocateDocument } from "../../bson/document_slab.ts";
import { BsonWriter, documentFrom, encodeDocument } from "../../bson/encode.ts";
import {
  documentOf,
  elements,
  type RawElement,
  type RawValue,
  readString,
} from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { type BsonValue, MISSING } from "../../bson/value.ts";
import { typeOfValue } from "../../bson/value_type.ts";
import { ExpressionCompiler } from "../../expression/compiler.ts";
import { valueInMessage } from "../../expression/text.ts";
import { compileAddFields, compileProjection, type Projection } from "../../query/projection.ts";
import type { CompiledUpdate, UpdateMatch, UpdateOptions } from "./compiled_update.ts";
import { finishReplacement } from "./replacement.ts";

/** One stage: from a document to a document, both standing alone. */
type UpdateStage = (document: Uint8Array) => Uint8Array;
type StageCompiler = (argument: RawElement, compiler: ExpressionCompiler) => UpdateStage;

const STAGES: ReadonlyMap<string, StageCompiler> = new Map<string, StageCompiler>([
  ["$addFields", compileSet],
  ["$project", compileProject],
  ["$replaceRoot", compileReplaceRoot],
  ["$replaceWith", compileReplaceWith],
  ["$set", compileSet],
  ["$unset", compileUnset],
]);

/** Stages of aggregation, told apart from unknown names in errors. */
const OTHER_STAGES: ReadonlySet<string> = new Set([
  "$bucket",
  "$bucketAuto",
  "$changeStream",
  "$changeStreamSplitLargeEvent",
  "$collStats",
  "$count",
  "$currentOp",
  "$densify",
  "$documents",
  "$facet",
  "$fill",
  "$geoNear",
  "$graphLookup",
  "$group",
  "$indexStats",
  "$limit",
  "$listLocalSessions",
  "$listSearchIndexes",
  "$listSessions",
  "$lookup",
  "$match",
  "$merge",
  "$out",
  "$planCacheStats",
  "$redact",
  "$sample",
  "$search",
  "$searchMeta",
  "$setWindowFields",
  "$skip",
  "$sort",
  "$sortByCount",
  "$unionWith",
  "$unwind",
  "$vectorSearch",
]);

/** Compiles an update that is an array of stages. */
export function compilePipelineUpdate(pipeline: RawValue, options: UpdateOptions): CompiledUpdate {
  const compiler = compilerFor(options);
  const stages: UpdateStage[] = [];
  for (const stage of elements(pipeline.bytes, pipeline.at)) {
    stages.push(compileStage(stage, compiler));
  }
  return {
    kind: "pipeline",
    isReplacement: false,
    needsArrayIndex: false,
    changedFields: undefined,
    apply(document: Uint8Array, _match: UpdateMatch, _isInsert: boolean): Uint8Array | null {
      let current = document;
      for (const stage of stages) current = stage(current);
      return current === document ? null : finishReplacement(document, current);
    },
  };
}

/** Throws 40323 or 40324 for what is no stage at all: mongod looks before it runs the first statement. */
export function checkStageNames(pipeline: RawValue): void {
  for (const stage of elements(pipeline.bytes, pipeline.at)) argumentOf(stage);
}

function compilerFor({ context, constants }: UpdateOptions): ExpressionCompiler {
  if (constants === undefined && context.expressionCompiler !== undefined) {
    return context.expressionCompiler;
  }
  const values = new Map<string, BsonValue>(context.constants);
  for (const element of elements(constants ?? documentFrom({}))) {
    values.set(element.name, decodeValue(element));
  }
  return new ExpressionCompiler({
    let: context.let,
    now: context.now,
    collation: context.collation,
    constants: values,
    checkInterrupt: context.checkInterrupt,
  });
}

function argumentOf(stage: RawElement): RawElement {
  if (stage.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "Each element of the 'pipeline' array must be an object",
    );
  }
  const [argument, second] = elements(stage.bytes, stage.at);
  if (argument === undefined || second !== undefined) {
    throw new CommandError(
      40323,
      "A pipeline stage specification object must contain exactly one field.",
    );
  }
  if (!STAGES.has(argument.name) && !OTHER_STAGES.has(argument.name)) {
    throw new CommandError(40324, `Unrecognized pipeline stage name: '${argument.name}'`);
  }
  return argument;
}

function compileStage(stage: RawElement, compiler: ExpressionCompiler): UpdateStage {
  const argument = argumentOf(stage);
  const compile = STAGES.get(argument.name);
  if (compile !== undefined) return compile(argument, compiler);
  throw new CommandError(
    ErrorCode.InvalidOptions,
    `${argument.name} is not allowed to be used within an update`,
  );
}

function projecting(name: string, make: () => Projection): UpdateStage {
  let projection: Projection;
  try {
    projection = make();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.code, `Invalid ${name} :: caused by :: ${error.message}`);
  }
  const writer = new BsonWriter(1024);
  return (document) => {
    writer.reset();
    projection.apply(document, 0, writer);
    const result = allocateDocument(writer.length);
    result.set(writer.view());
    return result;
  };
}

function compileSet(argument: RawElement, compiler: ExpressionCompiler): UpdateStage {
  if (argument.type !== BsonType.Document) {
    throw new CommandError(
      40272,
      `${argument.name} specification stage must be an object, got ${typeName(argument.type)}`,
    );
  }
  return projecting(argument.name, () => compileAddFields(documentOf(argument), compiler));
}

function compileProject(argument: RawElement, compiler: ExpressionCompiler): UpdateStage {
  if (argument.type !== BsonType.Document) {
    throw new CommandError(15969, "$project specification must be an object");
  }
  const spec = documentOf(argument);
  return projecting("$project", () => compileProjection(spec, { compiler, dialect: "aggregate" }));
}

function compileUnset(argument: RawElement, compiler: ExpressionCompiler): UpdateStage {
  const writer = new BsonWriter();
  writer.startDocument();
  for (const path of unsetPaths(argument)) writer.bool(path, false);
  writer.end();
  const spec = writer.bytes();
  return projecting("$unset", () => compileProjection(spec, { compiler, dialect: "aggregate" }));
}

function unsetPaths(argument: RawElement): string[] {
  if (argument.type === BsonType.String) return [readString(argument.bytes, argument.at)];
  if (argument.type !== BsonType.Array) {
    throw new CommandError(31002, "$unset specification must be a string or an array");
  }
  const paths: string[] = [];
  for (const path of elements(argument.bytes, argument.at)) {
    if (path.type !== BsonType.String) {
      throw new CommandError(
        31120,
        "$unset specification must be a string or an array containing only string values",
      );
    }
    paths.push(readString(path.bytes, path.at));
  }
  if (paths.length === 0) {
    throw new CommandError(
      31119,
      "$unset specification must be a string or an array with at least one field",
    );
  }
  return paths;
}

function compileReplaceRoot(argument: RawElement, compiler: ExpressionCompiler): UpdateStage {
  if (argument.type !== BsonType.Document) {
    throw new CommandError(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${typeName(argument.type)}`,
    );
  }
  let newRoot: RawElement | undefined;
  for (const option of elements(argument.bytes, argument.at)) {
    if (option.name !== "newRoot") {
      throw new CommandError(
        ErrorCode.IDLUnknownField,
        `BSON field '$replaceRoot.${option.name}' is an unknown field.`,
      );
    }
    newRoot = option;
  }
  if (newRoot === undefined) {
    throw new CommandError(
      ErrorCode.IDLFailedToParse,
      "BSON field '$replaceRoot.newRoot' is missing but a required field",
    );
  }
  return replacing(newRoot, "'newRoot' expression ", compiler);
}

function compileReplaceWith(argument: RawElement, compiler: ExpressionCompiler): UpdateStage {
  return replacing(argument, "'replacement document' ", compiler);
}

function replacing(spec: RawValue, what: string, compiler: ExpressionCompiler): UpdateStage {
  const expression = compiler.compile(spec);
  const scope = compiler.createScope();
  return (document) => {
    scope.setRoot(document);
    const value = expression.evaluate(scope);
    if (value !== MISSING && isDocumentValue(value)) return encodeDocument(value).slice();
    const shown = value === MISSING ? "MISSING" : valueInMessage(value);
    const type = value === MISSING ? "missing" : typeName(typeOfValue(value));
    throw new CommandError(
      40228,
      `${what} must evaluate to an object, but resulting value was: ${shown}. Type of resulting ` +
        `value: '${type}'. Input document: ${
          valueInMessage(decodeValue({ bytes: document, type: BsonType.Document, at: 0 }))
        }`,
    );
  };
}

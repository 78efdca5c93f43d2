// $merge: each document into a collection: inserted, or merged with the one that has the same identifying fields.
//
// A document at a time through the write room's updates and inserts, so validators, unique indexes and the change log are served.
// The identifying fields need a unique index (51183), which is also how the document is found. Reading goes on while writing:
// a pipeline that merges into the collection it reads may see its own documents, as in MongoDB.

import { BsonWriter } from "../../bson/encode.ts";
import { type CompiledPath, compilePath } from "../../bson/path.ts";
import { newObjectId } from "../../bson/object_id.ts";
import { elements, findElement, getField, nameBytes, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { MISSING } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { checkVariableName, type Expression, type Scope } from "../../expression/expression.ts";
import { sameCollation } from "../../plan/planner_index.ts";
import type { Collection } from "../../storage/collection.ts";
import { type Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../../stream/document_stream.ts";
import { insertDocuments } from "../../write/insert.ts";
import { TargetQuery } from "../../write/target_query.ts";
import { nextTimestamp } from "../../write/timestamp.ts";
import { updateOne, type UpdateOutcome } from "../../write/update.ts";
import { compileUpdate } from "../../write/update/compile_update.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { type MergeSpec, parseMergeSpec } from "../merge_spec.ts";
import { type PipelineServices, servicesOf } from "../services.ts";
import { targetCollection, targetNamespace } from "../write_target.ts";

const ID = nameBytes("_id");

interface MergeVariable {
  readonly name: string;
  readonly expression: Expression;
}

interface Merge extends MergeSpec {
  readonly namespace: string;
  readonly fields: readonly CompiledPath[];
  readonly variables: readonly MergeVariable[];
  /** The index that tells documents apart is sparse: it does not know missing fields. */
  readonly isSparse: boolean;
}

export const $merge: StageDefinition = {
  name: "$merge",
  help: "Writes the documents into a collection, merging them with what is there",
  isWriter: true,
  parse(spec, context): Stage {
    const merge = prepare(parseMergeSpec(spec, context), context);
    return {
      name: "$merge",
      given: spec,
      isWriter: true,
      open(input, run): DocumentStream {
        const execution = new MergeExecution(input, merge, run);
        return new GeneratorStream(execution.run(), () => execution.close());
      },
    };
  },
};

function prepare(spec: MergeSpec, context: PipelineContext): Merge {
  const namespace = targetNamespace(spec.target);
  const on = spec.on ?? ["_id"];
  const collection = context.services?.engine.catalog.collection(namespace);
  const isSparse = checkUniqueIndex(collection, on, context);
  const variables = spec.let === undefined ? [] : [...elements(spec.let)].map((variable) => {
    checkVariableName(variable.name);
    return { name: variable.name, expression: context.compiler.compile(variable) };
  });
  return {
    ...spec,
    namespace,
    fields: on.map(compilePath),
    variables: variables.filter(({ name }) => name !== "new"),
    isSparse,
  };
}

/** Throws 51183 without an index that makes the fields unique; true when it is sparse. */
function checkUniqueIndex(
  collection: Collection | undefined,
  on: readonly string[],
  context: PipelineContext,
): boolean {
  const isId = on.length === 1 && on[0] === "_id";
  if (collection === undefined && isId) return false;
  const found = (collection?.indexes ?? []).filter((index) =>
    index.isReady && index.isUnique && !index.isPartial && index.parts.length === on.length &&
    index.parts.every(({ path }) => on.includes(path)) &&
    sameCollation(index.spec.collation, context.query.collation)
  );
  if (found.length === 0) {
    throw new CommandError(51183, "Cannot find index to verify that join fields will be unique");
  }
  return found.every((index) => index.spec.sparse);
}

/** One execution. */
class MergeExecution {
  readonly #input: DocumentStream;
  readonly #merge: Merge;
  readonly #context: PipelineContext;
  readonly #services: PipelineServices;
  readonly #scope: Scope;

  constructor(input: DocumentStream, merge: Merge, context: PipelineContext) {
    this.#input = input;
    this.#merge = merge;
    this.#context = context;
    this.#services = servicesOf(context);
    this.#scope = context.compiler.createScope();
  }

  async *run(): AsyncGenerator<Batch> {
    // A view is refused even when there is nothing to write.
    targetCollection(this.#services.engine.catalog, this.#merge.namespace);
    const { pacer } = this.#services;
    for (;;) {
      const batch = await this.#input.next();
      if (batch === null) return;
      for (let i = 0; i < batch.count; i++) {
        await this.#write(batch.copyDocument(i));
        if (pacer.shouldYield()) await pacer.yieldNow();
      }
      yield EMPTY_BATCH;
    }
  }

  async #write(given: Uint8Array): Promise<void> {
    const { whenMatched, whenNotMatched, namespace } = this.#merge;
    const usesId = this.#merge.fields.some(({ path }) => path === "_id");
    const document = usesId ? withId(given) : given;
    const filter = this.#filterFor(document);
    const { catalog } = this.#services.engine;
    try {
      const collection = targetCollection(catalog, namespace);
      if (whenMatched === "fail") return await this.#insert(document);
      const outcome = await this.#update(collection, filter, document);
      if (whenNotMatched !== "fail" || outcome.matched > 0) return;
    } catch (error) {
      throw this.#explained(error);
    }
    throw new CommandError(
      ErrorCode.MergeStageNoMatchingDocument,
      "$merge could not find a matching document in the target collection for at least one " +
        "document in the source collection",
    );
  }

  #update(
    collection: Collection | undefined,
    filter: Uint8Array,
    document: Uint8Array,
  ): UpdateOutcome | Promise<UpdateOutcome> {
    const { engine, pacer, bypassDocumentValidation } = this.#services;
    const { whenMatched, whenNotMatched, namespace } = this.#merge;
    // The pipeline's own variables are not those of the update.
    const context = { ...this.#context.query, expressionCompiler: undefined };
    const query = new TargetQuery(collection, {
      filter,
      context,
      collation: this.#context.query.collation?.spec,
    });
    const isPipeline = whenMatched === "pipeline";
    const update = compileUpdate(this.#updateFor(document), {
      context,
      nextTimestamp: () => nextTimestamp(engine.clock),
      constants: isPipeline ? this.#constants(document) : undefined,
    });
    return updateOne(engine, {
      query,
      update,
      upsert: whenNotMatched === "insert",
      bypassDocumentValidation,
      pacer,
      warn: (message) => this.#services.warn(message),
      createCollection: () => engine.definitions.ensureCollection(namespace),
      suppliedDocument: isPipeline ? document : undefined,
    });
  }

  #updateFor(document: Uint8Array): RawValue {
    const { whenMatched, pipeline } = this.#merge;
    switch (whenMatched) {
      case "pipeline":
        return { bytes: pipeline!, type: BsonType.Array, at: 0 };
      case "replace":
        return { bytes: document, type: BsonType.Document, at: 0 };
      default: {
        const writer = new BsonWriter(document.length + 32);
        writer.startDocument();
        writer.document(whenMatched === "merge" ? "$set" : "$setOnInsert", document);
        writer.end();
        return { bytes: writer.bytes(), type: BsonType.Document, at: 0 };
      }
    }
  }

  /** The variables of the pipeline, `new` among them. */
  #constants(document: Uint8Array): Uint8Array {
    const writer = new BsonWriter(document.length + 64);
    this.#scope.setRoot(document);
    writer.startDocument();
    for (const { name, expression } of this.#merge.variables) {
      const value = expression.evaluate(this.#scope);
      if (value !== MISSING) writer.value(name, value);
    }
    writer.document("new", document);
    writer.end();
    return writer.bytes();
  }

  async #insert(document: Uint8Array): Promise<void> {
    const { engine, pacer, bypassDocumentValidation } = this.#services;
    const collection = engine.definitions.ensureCollection(this.#merge.namespace);
    const { failures } = await insertDocuments(engine, collection, () => document, 1, {
      ordered: true,
      bypassDocumentValidation,
      pacer,
      warn: (message) => this.#services.warn(message),
    });
    if (failures.length > 0) throw failures[0].error;
  }

  /** Equality on the identifying fields; missing counts as null. */
  #filterFor(document: Uint8Array): Uint8Array {
    const writer = new BsonWriter(64);
    writer.startDocument();
    for (const path of this.#merge.fields) {
      const value = identifyingValue(document, path);
      if (value !== undefined) writeEquality(writer, path.path, value);
      else if (!this.#merge.isSparse) writer.null(path.path);
      else throw nullishField(path.path);
    }
    writer.end();
    return writer.bytes();
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof CommandError)) return error;
    const text = error.message.replace("Plan executor error during update :: caused by :: ", "");
    const info = error.info === undefined ? {} : { info: error.info };
    if (error.code === ErrorCode.ImmutableField) {
      return new CommandError(
        error.code,
        "$merge failed to update the matching document, did you attempt to modify the _id or the " +
          `shard key? :: caused by :: ${text}`,
        info,
      );
    }
    if (error.code === ErrorCode.DuplicateKey && this.#isOurIndex(error)) {
      const what = this.#merge.whenMatched === "fail"
        ? "$merge with whenMatched: fail found an existing document with the same values for the " +
          "'on' fields"
        : "$merge failed due to a DuplicateKey error";
      return new CommandError(error.code, `${what} :: caused by :: ${text}`, info);
    }
    return new CommandError(error.code, text, { labels: error.labels, ...info });
  }

  /** True when the duplicate is one of the identifying fields. */
  #isOurIndex({ info }: CommandError): boolean {
    const pattern = info === undefined ? undefined : getField(info, "keyPattern");
    if (pattern === undefined) return false;
    const names = [...elements(pattern.bytes, pattern.at)].map(({ name }) => name);
    const { fields } = this.#merge;
    return names.length === fields.length && fields.every(({ path }) => names.includes(path));
  }

  close(): void {
    this.#input.close();
  }
}

/** The document with an `_id`, a new one if it has none. */
function withId(document: Uint8Array): Uint8Array {
  if (findElement(document, 0, ID) >= 0) return document;
  const writer = new BsonWriter(document.length + 24);
  writer.startDocument();
  writer.objectId("_id", newObjectId());
  writer.append(document, 4, document.length - 1);
  writer.end();
  return writer.bytes();
}

/** The value of an identifying field; undefined when it is missing, null or undefined. */
function identifyingValue(document: Uint8Array, path: CompiledPath): RawValue | undefined {
  let start = 0;
  for (let depth = 0;; depth++) {
    const element = findElement(document, start, path.parts[depth]);
    if (element < 0) return undefined;
    const type = document[element];
    const at = element + path.parts[depth].length + 2;
    if (type === BsonType.Array) {
      throw new CommandError(51185, `$merge write error: 'on' field '${path.path}' is an array`);
    }
    if (depth === path.parts.length - 1) {
      const isNullish = type === BsonType.Null || type === BsonType.Undefined;
      return isNullish ? undefined : { bytes: document, type, at };
    }
    if (type !== BsonType.Document) return undefined;
    start = at;
  }
}

/** Values that a filter would take for something else are put behind $eq. */
function writeEquality(writer: BsonWriter, path: string, value: RawValue): void {
  if (value.type !== BsonType.Document && value.type !== BsonType.Regex) {
    return writer.raw(path, value);
  }
  writer.startDocument(path);
  writer.raw("$eq", value);
  writer.end();
}

function nullishField(path: string): CommandError {
  return new CommandError(
    51132,
    `$merge write error: 'on' field '${path}' cannot be missing, null or undefined if supporting ` +
      "index is sparse",
  );
}

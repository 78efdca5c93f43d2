// $setWindowFields: values computed over a window of documents around each document.
//
// As in MongoDB it becomes several stages: a $sort by partition and order, which the planner may find in an index, and
// $_internalSetWindowFields, which walks the sorted documents (window_stream.ts). A partition that is computed is first
// added as a field, and taken out again at the end.

import { BsonWriter } from "../../bson/encode.ts";
import { documentOf, elements, isEmptyDocument, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { documentPath } from "../../expression/path_expression.ts";
import { parseFieldPath } from "../../expression/field_path.ts";
import { parseSort, type SortSpec } from "../../query/sort_spec.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { readsOf, topLevel } from "../projection_effect.ts";
import { missingOption, unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { WINDOW_FUNCTIONS } from "../windows/all.ts";
import { failedToParse } from "../windows/arguments.ts";
import { type WindowOutput, WindowStream } from "../window_stream.ts";
import { addFieldsStage, exclusionStage } from "./project.ts";
import { sortStage } from "./sort.ts";

const PARTITION_FIELD = "__internal_setWindowFields_partition_key";

interface WindowSpec {
  readonly partitionBy: RawElement | undefined;
  readonly sortBy: Uint8Array | undefined;
  readonly output: RawElement;
}

function readSpec(spec: RawElement): WindowSpec {
  if (spec.type !== BsonType.Document) {
    throw failedToParse(
      `the $setWindowFields stage specification must be an object, found ${typeName(spec.type)}`,
    );
  }
  let partitionBy: RawElement | undefined;
  let sortBy: Uint8Array | undefined;
  let output: RawElement | undefined;
  for (const field of elements(spec.bytes, spec.at)) {
    const path = `$setWindowFields.${field.name}`;
    if (field.name === "partitionBy") partitionBy = field;
    else if (field.name !== "sortBy" && field.name !== "output") throw unknownOption(path);
    else if (field.type !== BsonType.Document) throw wrongOptionType(path, field.type, "object");
    else if (field.name === "sortBy") sortBy = documentOf(field);
    else output = field;
  }
  if (output === undefined) throw missingOption("$setWindowFields.output");
  return { partitionBy, sortBy, output };
}

/** Two paths that cannot both be written: equal, or one inside the other. */
function conflict(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

function parseOutputs(
  output: RawElement,
  sortBy: SortSpec | undefined,
  context: PipelineContext,
): WindowOutput[] {
  const outputs: WindowOutput[] = [];
  for (const field of elements(output.bytes, output.at)) {
    if (outputs.some(({ path }) => conflict(path, field.name))) {
      throw new CommandError(
        6307900,
        "$setWindowFields 'output' specification contains two conflicting paths",
      );
    }
    if (field.type !== BsonType.Document) {
      throw failedToParse(`The field '${field.name}' must be an object`);
    }
    const fields = [...elements(field.bytes, field.at)];
    const named = fields.find(({ name }) => name.startsWith("$"));
    if (named === undefined) {
      const first = fields.length === 0 ? "" : `, ${fields[0].name}`;
      throw failedToParse(`Expected a $-prefixed window function${first}`);
    }
    const definition = WINDOW_FUNCTIONS.get(named.name);
    if (definition === undefined) {
      throw failedToParse(`Unrecognized window function, ${named.name}`);
    }
    parseFieldPath(field.name);
    outputs.push({
      path: field.name,
      compiled: definition.compile(fields, { context, sortBy }),
    });
  }
  return outputs;
}

/** How the partition of a document is found: undefined where all are in one. */
interface Partition {
  readonly path: string;
  /** Set when the value has to be computed first. */
  readonly computed: RawElement | undefined;
}

function partitionOf(
  partitionBy: RawElement | undefined,
  context: PipelineContext,
): Partition | undefined {
  if (partitionBy === undefined) return undefined;
  const expression = context.compiler.compile(partitionBy);
  if (Array.isArray(expression.constant)) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "An expression used to partition cannot evaluate to value of type array",
    );
  }
  if (expression.constant !== undefined) return undefined;
  if (expression.path !== undefined) {
    return { path: expression.path.join("."), computed: undefined };
  }
  return { path: PARTITION_FIELD, computed: partitionBy };
}

/** The order the walk needs: the partition first, then the sortBy without it. */
function combinedSort(
  partition: Partition | undefined,
  sortBy: Uint8Array | undefined,
): Uint8Array | undefined {
  const writer = new BsonWriter(128);
  writer.startDocument();
  if (partition !== undefined) writer.int32(partition.path, 1);
  if (sortBy !== undefined) {
    for (const part of elements(sortBy)) {
      if (part.name !== partition?.path) writer.raw(part.name, part);
    }
  }
  writer.end();
  const sort = writer.bytes();
  return isEmptyDocument(sort) ? undefined : sort;
}

/** A stage document's only element: `{ $name: value }`. */
function elementOf(name: string, write: (writer: BsonWriter) => void): RawElement {
  const writer = new BsonWriter(256);
  writer.startDocument();
  write(writer);
  writer.end();
  const [element] = elements(writer.bytes());
  if (element.name !== name) throw new TypeError(name);
  return element;
}

function sortFields(sortBy: Uint8Array | undefined): string[] {
  return sortBy === undefined ? [] : Array.from(elements(sortBy), ({ name }) => topLevel(name));
}

function walkStage(
  spec: WindowSpec,
  partition: Expression | undefined,
  outputs: readonly WindowOutput[],
): Stage {
  const name = "$_internalSetWindowFields";
  const given = elementOf(name, (writer) => {
    writer.startDocument(name);
    if (spec.partitionBy !== undefined) writer.raw("partitionBy", spec.partitionBy);
    if (spec.sortBy !== undefined) writer.document("sortBy", spec.sortBy);
    writer.raw("output", spec.output);
    writer.end();
  });
  const writes = new Set(outputs.map(({ path }) => topLevel(path)));
  const inputs = outputs.flatMap(({ compiled }) => compiled.dependencies);
  const own = [...sortFields(spec.sortBy), ...(partition?.path?.slice(0, 1) ?? [])];
  const reads = readsOf(inputs);
  return {
    name,
    given,
    effect: {
      reads: reads === undefined ? undefined : new Set([...reads, ...own, ...writes]),
      writes,
      copies: true,
    },
    open: (input, run) => new WindowStream(input, partition, outputs, run),
  };
}

export const $setWindowFields: StageDefinition = {
  name: "$setWindowFields",
  help: "Adds values computed over the documents around each document",
  parse(spec, context): readonly Stage[] {
    const parts = readSpec(spec);
    const partition = partitionOf(parts.partitionBy, context);
    const sortSpec = parts.sortBy === undefined ? undefined : parseSort(parts.sortBy);
    const outputs = parseOutputs(parts.output, sortSpec, context);
    const stages: Stage[] = [];
    if (partition?.computed !== undefined) {
      const { computed } = partition;
      stages.push(
        addFieldsStage(
          elementOf("$addFields", (writer) => {
            writer.startDocument("$addFields");
            writer.raw(PARTITION_FIELD, computed);
            writer.end();
          }),
          context,
        ),
      );
    }
    const sort = combinedSort(partition, parts.sortBy);
    if (sort !== undefined) {
      stages.push(sortStage(elementOf("$sort", (writer) => writer.document("$sort", sort))));
    }
    const expression = partition === undefined
      ? undefined
      : documentPath(parseFieldPath(partition.path));
    stages.push(walkStage(parts, expression, outputs));
    if (partition?.computed !== undefined) {
      stages.push(exclusionStage([PARTITION_FIELD], context));
    }
    return stages;
  },
};

// $bucket: a $group by the range a value falls into, and a $sort by the ranges.
//
// Shown as the $group with a $switch that MongoDB makes of it; the range is found by halving the list of boundaries.

import { compareValues } from "../../bson/compare.ts";
import { BsonWriter, documentFrom } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, CANONICAL_ORDER, typeName } from "../../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../../bson/value.ts";
import { typeOfValue } from "../../bson/value_type.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { typeNameOf } from "../../expression/value_type.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { groupStage } from "./group.ts";
import { sortStage } from "./sort.ts";

interface Buckets {
  readonly groupBy: RawElement;
  readonly boundaries: readonly BsonValue[];
  /** MISSING when there is none. */
  readonly otherwise: OptionalValue;
  readonly output: RawElement | undefined;
}

function checkGroupBy(field: RawElement): RawElement {
  const { bytes, type, at } = field;
  const isPath = type === BsonType.String && bytes[at + 4] === 0x24;
  const isExpression = type === BsonType.Document &&
    elements(bytes, at).next().value?.name.startsWith("$") === true;
  if (isPath || isExpression) return field;
  throw new CommandError(
    40202,
    `The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${
      toShellText(field)
    }.`,
  );
}

function boundariesOf(field: RawElement, context: PipelineContext): BsonValue[] {
  if (field.type !== BsonType.Array) {
    throw new CommandError(
      40200,
      `The $bucket 'boundaries' field must be an array, but found type: ${typeName(field.type)}.`,
    );
  }
  const boundaries: BsonValue[] = [];
  for (const item of elements(field.bytes, field.at)) {
    const { constant } = context.compiler.compile(item);
    if (constant === undefined || constant === MISSING) {
      throw new CommandError(
        40191,
        `The $bucket 'boundaries' field must be an array of constant values, but found value: ${
          toShellText(item)
        }.`,
      );
    }
    boundaries.push(constant);
  }
  if (boundaries.length < 2) {
    throw new CommandError(
      40192,
      `The $bucket 'boundaries' field must have at least 2 values, but found ${boundaries.length} value(s).`,
    );
  }
  checkAscending(boundaries, context);
  return boundaries;
}

function placeOfType(value: OptionalValue): number {
  return CANONICAL_ORDER[typeOfValue(value)];
}

function checkAscending(boundaries: readonly BsonValue[], { query }: PipelineContext): void {
  for (let i = 1; i < boundaries.length; i++) {
    const lower = boundaries[i - 1];
    const upper = boundaries[i];
    if (placeOfType(lower) !== placeOfType(upper)) {
      throw new CommandError(
        40193,
        "All values in the the 'boundaries' option to $bucket must have the same type. Found " +
          `conflicting types ${typeNameOf(lower)} and ${typeNameOf(upper)}.`,
      );
    }
    if (compareValues(lower, upper, query.collation) >= 0) {
      throw new CommandError(
        40194,
        `The 'boundaries' option to $bucket must be sorted, but elements ${i - 1} and ${i} are ` +
          `not in ascending order (${toShellText(lower)} is not less than ${toShellText(upper)}).`,
      );
    }
  }
}

function defaultOf(field: RawElement, context: PipelineContext): OptionalValue {
  const { constant } = context.compiler.compile(field);
  if (constant !== undefined) return constant;
  throw new CommandError(
    40195,
    `The $bucket 'default' field must be a constant expression, but found: ${toShellText(field)}.`,
  );
}

function parseBuckets(spec: RawElement, context: PipelineContext): Buckets {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      40201,
      `Argument to $bucket stage must be an object, but found type: ${typeName(spec.type)}.`,
    );
  }
  let groupBy: RawElement | undefined;
  let boundaries: BsonValue[] = [];
  let otherwise: OptionalValue = MISSING;
  let output: RawElement | undefined;
  for (const field of elements(spec.bytes, spec.at)) {
    if (field.name === "groupBy") groupBy = checkGroupBy(field);
    else if (field.name === "boundaries") boundaries = boundariesOf(field, context);
    else if (field.name === "default") otherwise = defaultOf(field, context);
    else if (field.name === "output") {
      if (field.type !== BsonType.Document) {
        throw new CommandError(
          40196,
          `The $bucket 'output' field must be an object, but found type: ${typeName(field.type)}.`,
        );
      }
      output = field;
    } else throw new CommandError(40197, `Unrecognized option to $bucket: ${field.name}.`);
  }
  if (groupBy === undefined || boundaries.length === 0) {
    throw new CommandError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  const buckets: Buckets = { groupBy, boundaries, otherwise, output };
  checkDefault(buckets, context);
  return buckets;
}

function checkDefault({ boundaries, otherwise }: Buckets, { query }: PipelineContext): void {
  const lowest = boundaries[0];
  const highest = boundaries[boundaries.length - 1];
  if (otherwise === MISSING || placeOfType(otherwise) !== placeOfType(lowest)) return;
  if (
    compareValues(otherwise, lowest, query.collation) < 0 ||
    compareValues(otherwise, highest, query.collation) >= 0
  ) return;
  throw new CommandError(
    40199,
    "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to " +
      "the highest boundary.",
  );
}

/** The lower boundary of the range a document falls into, or the default. */
function bucketExpression(buckets: Buckets, context: PipelineContext): Expression {
  const { boundaries, otherwise } = buckets;
  const value = context.compiler.compile(buckets.groupBy);
  const { collation } = context.query;
  return {
    constant: undefined,
    dependencies: value.dependencies,
    evaluate(scope): OptionalValue {
      const found = value.evaluate(scope);
      let low = 0;
      let high = boundaries.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (compareValues(boundaries[middle], found, collation) <= 0) low = middle + 1;
        else high = middle;
      }
      if (low > 0 && low < boundaries.length) return boundaries[low - 1];
      if (otherwise !== MISSING) return otherwise;
      throw new CommandError(
        7158303, // not $switch's own 40066: mongod's other engine runs this one
        "$switch could not find a matching branch for an input, and no default was specified.",
      );
    },
  };
}

/** The comparison of the value with a boundary, as an expression. */
function writeComparison(
  writer: BsonWriter,
  operator: string,
  groupBy: RawElement,
  boundary: BsonValue,
): void {
  writer.startDocument();
  writer.startArray(operator);
  writer.raw(undefined, groupBy);
  writer.value(undefined, boundary);
  writer.end();
  writer.end();
}

/** `{ $group: { _id: { $switch: ... }, ... } }` */
function groupSpec({ groupBy, boundaries, otherwise, output }: Buckets): RawElement {
  const writer = new BsonWriter(512);
  writer.startDocument();
  writer.startDocument("$group");
  if (output === undefined) writer.document("count", documentFrom({ $sum: 1 }));
  else {
    for (const field of elements(output.bytes, output.at)) writer.raw(field.name, field);
  }
  writer.startDocument("_id");
  writer.startDocument("$switch");
  writer.startArray("branches");
  for (let i = 1; i < boundaries.length; i++) {
    writer.startDocument();
    writer.startDocument("case");
    writer.startArray("$and");
    writeComparison(writer, "$gte", groupBy, boundaries[i - 1]);
    writeComparison(writer, "$lt", groupBy, boundaries[i]);
    writer.end();
    writer.end();
    writer.value("then", boundaries[i - 1]);
    writer.end();
  }
  writer.end();
  if (otherwise !== MISSING) writer.value("default", otherwise);
  for (let i = 0; i < 4; i++) writer.end();
  const [group] = elements(writer.bytes());
  return group;
}

export const $bucket: StageDefinition = {
  name: "$bucket",
  help: "Groups documents by ranges of a value",
  parse(spec, context): readonly Stage[] {
    const buckets = parseBuckets(spec, context);
    const [sort] = elements(documentFrom({ $sort: documentFrom({ _id: 1 }) }));
    return [
      groupStage(groupSpec(buckets), context, bucketExpression(buckets, context)),
      sortStage(sort),
    ];
  },
};

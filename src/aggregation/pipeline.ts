// Parsing a pipeline: an array of one-field documents into stages, with the rules about where a stage may stand.
//
// Running one is run_pipeline.ts. Stages that other products of MongoDB answer ($search and its relatives) are known by name
// and refused with the server's own error; everything else unknown is 40324.

import { documentOf, elements, type RawElement } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { STAGES } from "./all.ts";
import type { PipelineContext, Stage, StageDefinition } from "./definition.ts";
import { isCollectionless } from "./namespaces.ts";
import { optimizePipeline } from "./optimize.ts";

const DEFINITIONS: ReadonlyMap<string, StageDefinition> = new Map(
  STAGES.map((definition) => [definition.name, definition]),
);

/** Stages that need a search service. */
const SEARCH_STAGES: ReadonlySet<string> = new Set([
  "$listSearchIndexes",
  "$rankFusion",
  "$scoreFusion",
  "$search",
  "$searchMeta",
  "$vectorSearch",
]);

const MAX_STAGES = 1000;

/** Parses a raw array of stages. */
export function parsePipeline(pipeline: Uint8Array, context: PipelineContext): Stage[] {
  const stages: Stage[] = [];
  const definitions: StageDefinition[] = [];
  for (const element of elements(pipeline)) {
    if (element.type !== BsonType.Document) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        "Each element of the 'pipeline' array must be an object",
      );
    }
    if (definitions.length === MAX_STAGES) {
      throw new CommandError(
        7749501,
        `Pipeline length must be no longer than ${MAX_STAGES} stages`,
      );
    }
    const spec = soleField(element);
    const definition = DEFINITIONS.get(spec.name);
    if (definition === undefined) throw unknownStage(spec.name);
    if (definitions.length > 0 && spec.name === "$match") checkNoText(spec);
    definitions.push(definition);
    const parsed = definition.parse(spec, context);
    if (Array.isArray(parsed)) stages.push(...parsed);
    else stages.push(parsed as Stage);
  }
  definitions.forEach((definition, at) => {
    checkPosition(definition, at, at === definitions.length - 1);
    checkPlace(definition, context);
  });
  return context.optimize === false ? stages : optimizePipeline(stages, context);
}

function soleField(element: RawElement): RawElement {
  const fields = [...elements(documentOf(element))];
  if (fields.length !== 1) {
    throw new CommandError(
      40323,
      "A pipeline stage specification object must contain exactly one field.",
    );
  }
  return fields[0];
}

/** A text search finds its documents by an index, so it cannot come later. */
function checkNoText(filter: RawElement): void {
  if (filter.type !== BsonType.Document && filter.type !== BsonType.Array) return;
  for (const part of elements(filter.bytes, filter.at)) {
    if (part.name === "$text") {
      throw new CommandError(
        17313,
        "$match with $text is only allowed as the first pipeline stage",
      );
    }
    if (LOGICAL.has(part.name) || filter.type === BsonType.Array) checkNoText(part);
  }
}

const LOGICAL: ReadonlySet<string> = new Set(["$and", "$nor", "$or"]);

function unknownStage(name: string): CommandError {
  if (SEARCH_STAGES.has(name)) {
    const subject = name === "$listSearchIndexes"
      ? "Atlas Search Database Commands and the $listSearchIndexes aggregation stage requires"
      : "$search and $vectorSearch aggregation stages requires";
    return new CommandError(
      31082,
      `Using ${subject} additional configuration. Please connect to Atlas or an AtlasCLI local ` +
        "deployment to enable. For more information on how to connect, see " +
        "https://dochub.mongodb.org/core/atlas-cli-deploy-local-reqs.",
    );
  }
  return new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
}

function checkPosition(definition: StageDefinition, at: number, isLast: boolean): void {
  if (definition.isFirstOnly === true && at > 0) {
    throw new CommandError(
      40602,
      `${definition.name} is only valid as the first stage in a pipeline`,
    );
  }
  if (definition.isWriter === true && !isLast) {
    throw new CommandError(40601, `${definition.name} can only be the final stage in the pipeline`);
  }
}

/** What the stage or pipeline around this one allows. */
function checkPlace(definition: StageDefinition, context: PipelineContext): void {
  const { name } = definition;
  switch (context.place) {
    case "top":
      if (definition.isCollectionless === true && !isCollectionless(context)) {
        throw new CommandError(
          ErrorCode.InvalidNamespace,
          `'${name}' can only be run with {aggregate: 1}`,
        );
      }
      return;
    case "facet":
      if (definition.notInFacet !== true && definition.isWriter !== true) return;
      throw new CommandError(40600, `${name} is not allowed to be used within a $facet stage`);
    case "lookup":
      checkInFacet(definition, context, "$lookup");
      if (definition.isWriter !== true) return;
      throw new CommandError(51047, `${name} is not allowed within a $lookup's sub-pipeline`);
    case "union":
      checkInFacet(definition, context, "$unionWith");
      if (definition.isWriter !== true) return;
      throw new CommandError(31441, `${name} is not allowed within a $unionWith's sub-pipeline`);
    case "view":
      if (definition.isCollectionless !== true) return;
      throw new CommandError(
        ErrorCode.InvalidNamespace,
        `'${name}' cannot be used in a view definition`,
      );
  }
}

/** What a $facet does not allow is not allowed in the pipelines of its stages either. */
function checkInFacet(definition: StageDefinition, context: PipelineContext, around: string): void {
  if (context.isInFacet !== true || definition.notInFacet !== true) return;
  throw new CommandError(
    40600,
    `${definition.name} inside of ${around} is not allowed to be used within a $facet stage`,
  );
}

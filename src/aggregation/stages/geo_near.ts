// $geoNear: documents by distance. There are no geo indexes yet, so after its specification was read it ends as it does in
// MongoDB on a collection without one.

import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { parseFieldPath } from "../../expression/field_path.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";

const OPTIONS: ReadonlySet<string> = new Set([
  "distanceField",
  "distanceMultiplier",
  "includeLocs",
  "key",
  "maxDistance",
  "minDistance",
  "near",
  "query",
  "spherical",
  "uniqueDocs",
]);

/** Options of older versions, and the codes that tell they are gone. */
const REMOVED: ReadonlyMap<string, number> = new Map([
  ["limit", 50858],
  ["num", 50857],
  ["start", 50856],
]);

export const $geoNear: StageDefinition = {
  name: "$geoNear",
  help: "Documents by distance from a point (needs a geo index, which there is none yet)",
  isFirstOnly: true,
  notInFacet: true,
  parse(spec): Stage {
    checkOptions(spec);
    return {
      name: "$geoNear",
      given: spec,
      isSource: true,
      open: (_input, context) => {
        throw noIndex(context);
      },
    };
  },
};

function checkOptions(spec: RawElement): void {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      10065,
      `invalid parameter: expected an object ($geoNear), found ${typeName(spec.type)}`,
    );
  }
  let hasNear = false;
  for (const option of elements(spec.bytes, spec.at)) {
    const removed = REMOVED.get(option.name);
    if (removed !== undefined) {
      throw new CommandError(
        removed,
        `$geoNear no longer supports the '${option.name}' parameter. Use a $limit stage`,
      );
    }
    if (!OPTIONS.has(option.name)) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        `Unknown argument to $geoNear: ${option.name}`,
      );
    }
    checkOption(option);
    hasNear ||= option.name === "near";
  }
  if (!hasNear) throw new CommandError(5860400, "$geoNear requires a 'near' argument");
}

function checkOption(option: RawElement): void {
  switch (option.name) {
    case "distanceField":
      return checkPath(option, 16606);
    case "includeLocs":
      return checkPath(option, 16607);
    case "key":
      return checkPath(option, ErrorCode.TypeMismatch);
    case "distanceMultiplier":
      if (isNumericType(option.type)) return;
      throw new CommandError(
        ErrorCode.TypeMismatch,
        "$geoNear parameter 'distanceMultiplier' must be a number",
      );
    case "query":
      if (option.type === BsonType.Document) return;
      throw new CommandError(
        ErrorCode.TypeMismatch,
        "$geoNear parameter 'query' must be an object",
      );
  }
}

function checkPath(option: RawElement, code: number): void {
  if (option.type !== BsonType.String) {
    throw new CommandError(
      code,
      `$geoNear parameter '${option.name}' must be of type string but found type: ${
        typeName(option.type)
      }`,
    );
  }
  parseFieldPath(readString(option.bytes, option.at));
}

function noIndex({ namespace, sources }: PipelineContext): CommandError {
  return new CommandError(
    ErrorCode.IndexNotFound,
    sources.collection?.(namespace) === undefined
      ? `$geoNear requires a geo index to run, but ${namespace} does not exist`
      : "$geoNear requires a 2d or 2dsphere index, but none were found",
  );
}

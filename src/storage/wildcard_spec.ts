// The rules of wildcard indexes: what their key pattern and options may be. Codes and texts are mongod's.

import { elements, isEmptyDocument } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { isWildcardPath, WildcardPaths } from "../index/wildcard_paths.ts";

/** What of an index's specification is looked at here. */
interface WildcardSpec {
  readonly parts: ReadonlyArray<{
    readonly path: string;
    readonly hashed?: boolean;
    readonly wildcard?: boolean;
  }>;
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly prepareUnique: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly wildcardProjection?: Uint8Array | undefined;
}

function cannotCreate(message: string): CommandError {
  return new CommandError(ErrorCode.CannotCreateIndex, message);
}

/** Throws what is wrong with a specification as a wildcard index; one without a wildcard may have no projection. */
export function checkWildcard(spec: WildcardSpec): void {
  if (spec.parts.some(({ path, hashed }) => hashed && isWildcardPath(path))) {
    throw cannotCreate("Index type 'hashed' does not support wildcard fields");
  }
  const wildcards = spec.parts.filter(({ wildcard }) => wildcard);
  if (wildcards.length === 0) {
    if (spec.wildcardProjection === undefined) return;
    throw new CommandError(
      ErrorCode.BadValue,
      "The field 'wildcardProjection' is only allowed in an 'wildcard' index",
    );
  }
  if (wildcards.length > 1) {
    throw cannotCreate("wildcard indexes do not allow more than one wildcard field");
  }
  if (spec.parts.some(({ hashed }) => hashed)) {
    throw cannotCreate("Index type 'hashed' does not support a wildcard field in the same index");
  }
  for (const option of ["sparse", "unique", "prepareUnique"] as const) {
    if (spec[option]) {
      throw cannotCreate(`Index type 'wildcard' does not support the ${option} option`);
    }
  }
  if (spec.expireAfterSeconds !== undefined) {
    throw cannotCreate("Index type 'wildcard' cannot be a TTL index");
  }
  checkProjection(spec, wildcards[0].path);
  if (spec.parts.length > 1) checkOverlap(spec, wildcards[0].path);
}

function checkProjection({ wildcardProjection }: WildcardSpec, path: string): void {
  if (wildcardProjection === undefined) return;
  if (path !== "$**") {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "The field 'wildcardProjection' is only allowed when 'key' is {\"$**\": \u00b11}",
    );
  }
  if (isEmptyDocument(wildcardProjection)) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "The 'wildcardProjection' field can't be an empty object",
    );
  }
  const kinds = new Set<boolean>();
  for (const [name, isIncluded] of projected(wildcardProjection)) {
    if (name !== "_id") kinds.add(isIncluded);
  }
  if (kinds.size < 2) return;
  throw new CommandError(
    31253,
    "Cannot do inclusion and exclusion in the same projection, except for the field _id",
  );
}

function* projected(projection: Uint8Array): Iterable<[string, boolean]> {
  for (const { name, bytes, type, at } of elements(projection)) {
    if (type === BsonType.Document) {
      for (const [, isIncluded] of projected(bytes.subarray(at))) yield [name, isIncluded];
    } else if (type === BsonType.Boolean || isNumericType(type)) {
      const size = type === BsonType.Boolean ? 1 : type === BsonType.Int32 ? 4 : 8;
      yield [name, bytes.subarray(at, at + size).some((byte) => byte !== 0)];
    } else {
      throw new CommandError(
        ErrorCode.FailedToParse,
        "The 'wildcardProjection' field may only include or exclude fields",
      );
    }
  }
}

/** The fields of a compound wildcard index may not lie where its wildcard reaches. */
function checkOverlap({ parts, wildcardProjection }: WildcardSpec, wildcard: string): void {
  const paths = new WildcardPaths(wildcard, wildcardProjection);
  if (wildcard === "$**" && wildcardProjection === undefined) {
    throw cannotCreate(
      "Compound wildcard indexes on all fields must have a 'wildcardProjection' that leaves out " +
        "the other fields",
    );
  }
  for (const { path, wildcard: isWildcard } of parts) {
    if (isWildcard || !paths.descends(path)) continue;
    throw cannotCreate(`The field '${path}' of a compound wildcard index overlaps its wildcard`);
  }
}

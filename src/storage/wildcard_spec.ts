// The rules of wildcard indexes: what their key pattern and options may be. Codes and texts are mongod's.
//
// The key alone is looked at first (checkWildcardKey), then the projection with it, and last the other options.

import { toShellText } from "../bson/json.ts";
import { documentOf, elements, isEmptyDocument, type RawValue } from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { isWildcardPath } from "../index/wildcard_paths.ts";

interface Part {
  readonly path: string;
  readonly hashed?: boolean;
  readonly wildcard?: boolean;
}

/** What of an index's specification is looked at here. */
interface WildcardSpec {
  readonly parts: readonly Part[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly prepareUnique: boolean;
  readonly expireAfterSeconds: number | undefined;
}

const ALL_FIELDS = "$**";

function cannotCreate(message: string): CommandError {
  return new CommandError(ErrorCode.CannotCreateIndex, message);
}

function isInside(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`);
}

/** Throws what is wrong with the key pattern of a wildcard index. */
export function checkWildcardKey(
  parts: readonly Part[],
  projection: RawValue | undefined,
): void {
  if (parts.some(({ path, hashed }) => hashed && isWildcardPath(path))) {
    throw cannotCreate("Index type 'hashed' does not support wildcard fields");
  }
  const wildcards = parts.filter(({ wildcard }) => wildcard);
  if (wildcards.length === 0) return;
  if (wildcards.length > 1) {
    throw new CommandError(7246201, "Index Key can contain only one wildcard index field");
  }
  if (parts.some(({ hashed }) => hashed)) {
    throw cannotCreate("Index type 'hashed' does not support a wildcard field in the same index");
  }
  const [{ path }] = wildcards;
  if (path === ALL_FIELDS) {
    if (parts.length === 1 || projection !== undefined) return;
    throw cannotCreate(
      "Compound wildcard indexes on all fields must also specify 'wildcardProjection' option",
    );
  }
  const prefix = path.slice(0, -".$**".length);
  const inside = parts.find((part) => part.wildcard !== true && isInside(part.path, prefix));
  if (inside === undefined) return;
  throw new CommandError(
    7246204,
    "A wildcard index field should not overlap with and index key fields if wildcard projection " +
      `is empty, however '${inside.path}' is overlapping with the wildcard index field.`,
  );
}

/** Throws what is wrong with a `wildcardProjection`, which only an index on all fields has. */
export function checkWildcardProjection(
  parts: readonly Part[],
  projection: RawValue | undefined,
): void {
  if (projection === undefined) return;
  const name = "wildcardProjection";
  if (!parts.some(({ wildcard }) => wildcard)) {
    throw new CommandError(
      ErrorCode.BadValue,
      `The field '${name}' is only allowed in 'wildcard' indexes`,
    );
  }
  if (projection.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `The field '${name}' must be a non-empty object, but got ${typeName(projection.type)}`,
    );
  }
  if (!parts.some(({ path }) => path === ALL_FIELDS)) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `The field '${name}' is only allowed when 'key' is {"$**": \u00b11}`,
    );
  }
  const document = documentOf(projection);
  if (isEmptyDocument(document)) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `The '${name}' field can't be an empty object`,
    );
  }
  if (parts.length > 1) checkCompound(parts, document);
  try {
    checkKinds(document);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.code,
      `Failed to parse projection: ${name} :: caused by :: ${error.message}`,
    );
  }
}

/** A projection includes or excludes; `_id` may differ from the others. */
function checkKinds(projection: Uint8Array): void {
  let isInclusion: boolean | undefined;
  for (const [path, isIncluded] of projected(projection, projection, "")) {
    if (path === "_id") continue;
    if (isInclusion !== undefined && isInclusion !== isIncluded) {
      throw isInclusion
        ? new CommandError(31254, `Cannot do exclusion on field ${path} in inclusion projection`)
        : new CommandError(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
    }
    isInclusion = isIncluded;
  }
}

function* projected(
  whole: Uint8Array,
  projection: Uint8Array,
  prefix: string,
): Iterable<[string, boolean]> {
  for (const { name, bytes, type, at } of elements(projection)) {
    if (type === BsonType.Document && !isEmptyDocument(bytes.subarray(at))) {
      yield* projected(whole, bytes.subarray(at), `${prefix}${name}.`);
    } else if (isFlag(type)) {
      yield [`${prefix}${name}`, isSet({ bytes, type, at })];
    } else {
      throw new CommandError(
        51271,
        "Bad projection specification, cannot use computed fields when parsing a spec in " +
          `kBanComputedFields mode: ${
            toShellText({ bytes: whole, type: BsonType.Document, at: 0 })
          }`,
      );
    }
  }
}

function isFlag(type: number): boolean {
  return type === BsonType.Boolean || isNumericType(type);
}

/** True for a flag or number that is not 0. */
function isSet({ bytes, type, at }: RawValue): boolean {
  const size = type === BsonType.Boolean ? 1 : type === BsonType.Int32 ? 4 : 8;
  return bytes.subarray(at, at + size).some((byte) => byte !== 0);
}

/** In a compound index the projection and the other fields share nothing. */
function checkCompound(parts: readonly Part[], projection: Uint8Array): void {
  const kinds: { included: string[]; excluded: string[] } = { included: [], excluded: [] };
  for (const field of elements(projection)) {
    if (!isFlag(field.type)) {
      throw new CommandError(
        7246207,
        `Fields in wildcardProjection must be numbers, however '${field.name}: ${
          toShellText(field)
        }' is a ${typeName(field.type)}.`,
      );
    }
    (isSet(field) ? kinds.included : kinds.excluded).push(field.name);
  }
  const { included, excluded } = {
    included: kinds.included.sort(),
    excluded: kinds.excluded.sort(),
  };
  checkOwnOverlap(included);
  checkOwnOverlap(excluded);
  const fields = parts.filter(({ wildcard }) => wildcard !== true).map(({ path }) => path).sort();
  checkOthers(fields, included, excluded);
  const isOnlyId = (paths: readonly string[]): boolean => paths.length === 1 && paths[0] === "_id";
  if (included.length === 0 || excluded.length === 0) return;
  if (isOnlyId(included) || isOnlyId(excluded)) return;
  throw new CommandError(
    7246211,
    "Inclusion and exclusion statements cannot combine in the wildcardProjection with an " +
      "exception of explicitly including _id field",
  );
}

function checkOwnOverlap(paths: readonly string[]): void {
  for (let i = 1; i < paths.length; i++) {
    if (!isInside(paths[i], paths[i - 1])) continue;
    throw new CommandError(
      7246200,
      `Fields in Wildcard Projection cannot overlap, however '${
        paths[i - 1]
      }' is overlapped with '${paths[i]}`,
    );
  }
}

function checkOthers(
  fields: readonly string[],
  included: readonly string[],
  excluded: readonly string[],
): void {
  for (const field of fields) {
    const over = included.find((path) => isInside(field, path));
    if (over !== undefined) {
      throw new CommandError(
        7246208,
        "Index Key and Wildcard Projection cannot contain overlapping fields, however " +
          `'${field}' index field is ovverlapping with '${over}' wildcardProjection path.`,
      );
    }
  }
  if (excluded.length === 0) return;
  const left = fields.find((field) => !excluded.some((path) => isInside(field, path)));
  if (left === undefined) return;
  const code = excluded.some((path) => path > left) ? 7246209 : 7246210;
  throw new CommandError(
    code,
    `wildcardProjection paths must exclude all regular index fields, however '${left}'is not ` +
      "excluded.",
  );
}

/** Throws for an option a wildcard index does not have. */
export function checkWildcard(spec: WildcardSpec): void {
  if (!spec.parts.some(({ wildcard }) => wildcard)) return;
  for (const option of ["sparse", "unique", "prepareUnique"] as const) {
    if (spec[option]) {
      throw cannotCreate(`Index type 'wildcard' does not support the '${option}' option`);
    }
  }
  if (spec.expireAfterSeconds !== undefined) {
    throw cannotCreate(
      "cannot make a TTL index :: caused by :: Index type 'wildcard' does not support the " +
        "'expireAfterSeconds' option",
    );
  }
}

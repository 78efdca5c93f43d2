// Reading a sort specification: `{ a: 1, "b.c": -1, score: { $meta: ... } }`.
//
// Used by find, findAndModify, update with `sort`, and `$sort`. `$natural` is recognised here, because the planner treats
// it as a hint. Making keys from documents is the business of sort_key.ts.

import { decodeValue } from "../bson/decode.ts";
import { toShellText } from "../bson/json.ts";
import { elements, type RawElement, readInt32, readString } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { parseFieldPath } from "../expression/field_path.ts";
import { wholeNumber } from "../expression/number.ts";

/** Metadata a sort may name; those without a source in this server are refused when the sort runs. */
export type SortMetadata =
  | "geoNearDistance"
  | "randVal"
  | "score"
  | "searchScore"
  | "textScore"
  | "vectorSearchScore";

export interface SortPart {
  readonly path: string;
  readonly segments: readonly string[];
  readonly direction: 1 | -1;
  readonly meta?: SortMetadata;
}

export interface SortSpec {
  readonly parts: readonly SortPart[];
  /** Direction of `{ $natural: ±1 }`; such a sort has no parts. */
  readonly natural?: 1 | -1;
}

const MAXIMUM_PARTS = 32;
const METADATA: ReadonlySet<string> = new Set<SortMetadata>([
  "geoNearDistance",
  "randVal",
  "score",
  "searchScore",
  "textScore",
  "vectorSearchScore",
]);

/** Reads and checks a sort specification; an empty document gives no parts. */
export function parseSort(spec: Uint8Array): SortSpec {
  const parts: SortPart[] = [];
  const seen = new Set<string>();
  for (const element of elements(spec)) {
    if (element.name === "$natural" && element.type !== BsonType.Document) {
      return parseNatural(spec, element);
    }
    const part = parsePart(element);
    if (seen.has(part.path)) {
      throw new CommandError(
        7472500,
        `$sort key must not contain duplicate keys (duplicate: '${part.path}')`,
      );
    }
    seen.add(part.path);
    parts.push(part);
  }
  if (parts.length > MAXIMUM_PARTS) throw new CommandError(13103, "too many compound keys");
  return { parts };
}

function parseNatural(spec: Uint8Array, element: RawElement): SortSpec {
  const direction = isNumericType(element.type) ? wholeNumber(decodeValue(element)) : 0;
  if (readInt32(spec, 0) !== 4 + 1 + "$natural".length + 1 + naturalSize(element.type) + 1) {
    throw new CommandError(
      ErrorCode.BadValue,
      `Cannot include '$natural' in compound sort: ${toShellText(spec)}`,
    );
  }
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(
      ErrorCode.BadValue,
      "$natural sort cannot be set to a value other than -1 or 1.",
    );
  }
  return { parts: [], natural: direction };
}

/** Size of the value in `{ $natural: value }`: tells whether it stands alone. Other types are refused anyway. */
function naturalSize(type: number): number {
  if (type === BsonType.Int32) return 4;
  return type === BsonType.Decimal128 ? 16 : 8;
}

function parsePart(element: RawElement): SortPart {
  const segments = parseFieldPath(element.name);
  if (element.type === BsonType.Document) {
    return { path: element.name, segments, direction: -1, meta: parseMeta(element) };
  }
  if (!isNumericType(element.type)) {
    throw new CommandError(
      15974,
      `Illegal key in $sort specification: ${element.name}: ${toShellText(element)}`,
    );
  }
  const direction = wholeNumber(decodeValue(element));
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(
      15975,
      "$sort key ordering must be 1 (for ascending) or -1 (for descending)",
    );
  }
  return { path: element.name, segments, direction };
}

function parseMeta(element: RawElement): SortMetadata {
  const inner = Array.from(elements(element.bytes, element.at));
  if (inner.length === 0 || inner[0].name !== "$meta") {
    throw new CommandError(17312, "$meta is the only expression supported by $sort right now");
  }
  if (inner.length > 1) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "Cannot have additional keys in a $meta sort specification",
    );
  }
  const name = inner[0].type === BsonType.String ? readString(inner[0].bytes, inner[0].at) : "";
  if (!METADATA.has(name)) {
    throw new CommandError(
      31138,
      `Illegal $meta sort: $meta: ${toShellText(inner[0])}`,
    );
  }
  return name as SortMetadata;
}

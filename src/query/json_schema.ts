// $jsonSchema: draft 4 without references, plus bsonType and encrypt. Parsed once into rules over raw values.
//
// The keywords are in schema/*_keywords.ts; the order of the lists is the order in which failures are reported.

import { elements, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { arrayKeywords } from "./schema/array_keywords.ts";
import type { SchemaNode, SchemaRule, SchemaSite } from "./schema/definition.ts";
import { failedToParse, wrongType } from "./schema/details.ts";
import { encryptionKeywords, logicalKeywords, typeKeywords } from "./schema/logical_keywords.ts";
import { objectKeywords } from "./schema/object_keywords.ts";
import { scalarKeywords } from "./schema/scalar_keywords.ts";

const KEYWORDS = [
  ...scalarKeywords,
  ...arrayKeywords,
  ...encryptionKeywords,
  ...objectKeywords,
  ...logicalKeywords,
  ...typeKeywords,
];
const ANNOTATIONS = ["title", "description"];
const KNOWN = new Set([
  ...KEYWORDS.map((keyword) => keyword.name),
  ...ANNOTATIONS,
  "encryptMetadata",
]);
const UNSUPPORTED = new Set(["$ref", "$schema", "default", "definitions", "format", "id"]);

export interface SchemaOptions {
  readonly ignoreUnknownKeywords?: boolean | undefined;
  readonly checkInterrupt?: (() => void) | undefined;
}

/** Parses a schema; throws MongoDB's errors. */
export function parseSchema(schema: RawValue, options: SchemaOptions): SchemaNode {
  const keywords = collectKeywords(schema, options);
  if (keywords.has("type") && keywords.has("bsonType")) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "Cannot specify both $jsonSchema keywords 'bsonType' and 'type'",
    );
  }
  const site: SchemaSite = {
    keywords,
    checkInterrupt: options.checkInterrupt,
    parse: (inner) => parseSchema(inner, options),
  };
  const rules: SchemaRule[] = [];
  for (const keyword of KEYWORDS) {
    const argument = keywords.get(keyword.name);
    if (argument === undefined) continue;
    const rule = keyword.parse(argument, site);
    if (rule !== undefined) rules.push(rule);
  }
  return {
    rules,
    annotations: ANNOTATIONS.flatMap((name) => keywords.get(name) ?? []),
    holds(bytes, type, at): boolean {
      for (let i = 0; i < rules.length; i++) if (!rules[i].holds(bytes, type, at)) return false;
      return true;
    },
  };
}

function collectKeywords(schema: RawValue, options: SchemaOptions): Map<string, RawElement> {
  const keywords = new Map<string, RawElement>();
  for (const element of elements(schema.bytes, schema.at)) {
    const { name } = element;
    if (!KNOWN.has(name)) {
      if (UNSUPPORTED.has(name)) throw failedToParse(name, "is not currently supported");
      if (options.ignoreUnknownKeywords === true) continue;
      throw new CommandError(ErrorCode.FailedToParse, `Unknown $jsonSchema keyword: ${name}`);
    }
    if (keywords.has(name)) {
      throw new CommandError(ErrorCode.FailedToParse, `Duplicate $jsonSchema keyword: ${name}`);
    }
    if (ANNOTATIONS.includes(name) && element.type !== BsonType.String) {
      throw wrongType(name, "must be of type string");
    }
    keywords.set(name, element);
  }
  checkEncryption(keywords);
  return keywords;
}

function checkEncryption(keywords: ReadonlyMap<string, RawElement>): void {
  const metadata = keywords.get("encryptMetadata");
  if (metadata === undefined) return;
  if (keywords.has("encrypt")) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "Cannot specify both $jsonSchema keywords 'encrypt' and 'encryptMetadata'",
    );
  }
  if (metadata.type !== BsonType.Document) throw wrongType("encryptMetadata", "must be an object ");
}

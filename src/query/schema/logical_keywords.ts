// allOf, anyOf, oneOf, not, enum, and the types: type, bsonType, encrypt.

import { elements, isEmptyDocument, type RawElement, type RawValue } from "../../bson/read.ts";
import { readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { parseTypeSet } from "../operators/element.ts";
import type { SchemaKeywordDefinition, SchemaNode, SchemaSite } from "./definition.ts";
import {
  failedToParse,
  writeAnnotations,
  writeFailures,
  writeKeyword,
  writeReason,
  writeType,
  wrongType,
} from "./details.ts";
import { identityOf } from "./value_identity.ts";

function parseList(argument: RawElement, site: SchemaSite): SchemaNode[] {
  const { name } = argument;
  if (argument.type !== BsonType.Array) throw wrongType(name, "must be an array");
  if (isEmptyDocument(argument.bytes, argument.at)) {
    throw new CommandError(
      ErrorCode.BadValue,
      `$jsonSchema keyword '${name}' must be a non-empty array`,
    );
  }
  return [...elements(argument.bytes, argument.at)].map((item) => {
    if (item.type !== BsonType.Document) {
      throw wrongType(
        name,
        `must be an array of objects, but found an element of type ${typeName(item.type)}`,
      );
    }
    return site.parse(item);
  });
}

function listKeyword(
  name: "allOf" | "anyOf" | "oneOf",
  isEnough: (matching: number, schemas: number) => boolean,
): SchemaKeywordDefinition {
  return {
    name,
    parse(argument, site) {
      const schemas = parseList(argument, site);
      const matching = ({ bytes, type, at }: RawValue): number[] => {
        const found: number[] = [];
        schemas.forEach((schema, index) => {
          if (schema.holds(bytes, type, at)) found.push(index);
        });
        return found;
      };
      return {
        holds: (bytes, type, at) => isEnough(matching({ bytes, type, at }).length, schemas.length),
        explain(value, details) {
          const found = matching(value);
          details.startDocument(undefined);
          details.string("operatorName", name);
          if (name === "oneOf" && found.length > 0) {
            details.string("reason", "more than one subschema matched");
            details.startArray("matchingSchemaIndexes");
            for (const index of found) details.int32(undefined, index);
            details.end();
          } else {
            details.startArray("schemasNotSatisfied");
            schemas.forEach((schema, index) => {
              if (found.includes(index)) return;
              details.startDocument(undefined);
              details.int32("index", index);
              writeAnnotations(details, schema);
              writeFailures(details, "details", schema, value);
              details.end();
            });
            details.end();
          }
          details.end();
        },
      };
    },
  };
}

const not: SchemaKeywordDefinition = {
  name: "not",
  parse(argument, site) {
    if (argument.type !== BsonType.Document) {
      throw wrongType(
        "not",
        `must be an object, but found an element of type ${typeName(argument.type)}`,
      );
    }
    const schema = site.parse(argument);
    return {
      holds: (bytes, type, at) => !schema.holds(bytes, type, at),
      explain(_value, details) {
        details.startDocument(undefined);
        details.string("operatorName", "not");
        details.string("reason", "child expression matched");
        details.end();
      },
    };
  },
};

const enumKeyword: SchemaKeywordDefinition = {
  name: "enum",
  parse(argument) {
    if (argument.type !== BsonType.Array) {
      throw wrongType(
        "enum",
        `must be an array, but found an element of type ${typeName(argument.type)}`,
      );
    }
    const values = [...elements(argument.bytes, argument.at)].map(identityOf);
    if (values.length === 0) throw failedToParse("enum", "cannot be an empty array");
    const identities = new Set(values);
    if (identities.size < values.length) {
      throw failedToParse("enum", "array cannot contain duplicate values.");
    }
    return {
      holds: (bytes, type, at) => identities.has(identityOf({ bytes, type, at })),
      explain(value, details) {
        details.startDocument(undefined);
        writeKeyword(details, argument);
        writeReason(details, "value was not found in enum", value);
        details.end();
      },
    };
  },
};

/** JSON's type names as MongoDB's. */
const JSON_TYPES: ReadonlyMap<string, readonly number[]> = new Map([
  ["array", [BsonType.Array]],
  ["boolean", [BsonType.Boolean]],
  ["null", [BsonType.Null]],
  ["number", [BsonType.Double, BsonType.Int32, BsonType.Int64, BsonType.Decimal128]],
  ["object", [BsonType.Document]],
  ["string", [BsonType.String]],
]);

function typesOf(argument: RawElement): Set<number> {
  const { name } = argument;
  const items = argument.type === BsonType.Array
    ? [...elements(argument.bytes, argument.at)]
    : [argument];
  const seen = new Set<string>();
  const types = new Set<number>();
  for (const item of items) {
    if (item.type !== BsonType.String) {
      throw wrongType(name, "must be either a string or an array of strings");
    }
    const alias = readString(item.bytes, item.at);
    if (seen.has(alias)) throw failedToParse(name, `has duplicate value: ${alias}`);
    seen.add(alias);
    for (const type of typesNamed(name, alias, item)) types.add(type);
  }
  if (types.size === 0) throw failedToParse(name, "must name at least one type");
  return types;
}

function typesNamed(keyword: string, alias: string, item: RawElement): Iterable<number> {
  if (keyword === "bsonType") return parseTypeSet(item, keyword);
  if (alias === "integer") {
    throw new CommandError(
      ErrorCode.BadValue,
      "$jsonSchema type 'integer' is not currently supported.",
    );
  }
  const types = JSON_TYPES.get(alias);
  if (types === undefined) {
    throw new CommandError(ErrorCode.BadValue, `Unknown type name alias: ${alias}`);
  }
  return types;
}

function typeKeyword(name: "type" | "bsonType"): SchemaKeywordDefinition {
  return {
    name,
    parse(argument) {
      const types = typesOf(argument);
      return {
        holds: (_bytes, type) => types.has(type),
        explain(value, details) {
          details.startDocument(undefined);
          writeKeyword(details, argument);
          writeReason(details, "type did not match", value);
          writeType(details, value);
          details.end();
        },
      };
    },
  };
}

const encrypt: SchemaKeywordDefinition = {
  name: "encrypt",
  parse(argument, { keywords }) {
    if (argument.type !== BsonType.Document) throw wrongType("encrypt", "must be an object ");
    for (const other of ["type", "bsonType"]) {
      if (keywords.has(other)) {
        throw failedToParse(
          "encrypt",
          `cannot be used in conjunction with '${other}', 'encrypt' implies type 'bsonType::BinData'`,
        );
      }
    }
    return {
      // Subtype 6 is encrypted data.
      holds: (bytes, type, at) => type === BsonType.Binary && bytes[at + 4] === 6,
      explain(_value, details) {
        details.startDocument(undefined);
        details.string("operatorName", "encrypt");
        details.string("reason", "value was not encrypted");
        details.end();
      },
    };
  },
};

export const encryptionKeywords: readonly SchemaKeywordDefinition[] = [encrypt];

export const logicalKeywords: readonly SchemaKeywordDefinition[] = [
  listKeyword("allOf", (matching, schemas) => matching === schemas),
  listKeyword("anyOf", (matching) => matching > 0),
  listKeyword("oneOf", (matching) => matching === 1),
  not,
  enumKeyword,
];

export const typeKeywords: readonly SchemaKeywordDefinition[] = [
  typeKeyword("type"),
  typeKeyword("bsonType"),
];

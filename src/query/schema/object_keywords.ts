// properties, patternProperties, additionalProperties, required, minProperties, maxProperties, dependencies.

import {
  elements,
  findElement,
  nameBytes,
  type RawElement,
  type RawValue,
  readString,
} from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { parseNonNegativeLong } from "../argument.ts";
import { RegularExpression } from "../regex.ts";
import type { SchemaKeywordDefinition, SchemaNode, SchemaSite } from "./definition.ts";
import {
  failedToParse,
  writeAnnotations,
  writeFailures,
  writeKeyword,
  wrongType,
} from "./details.ts";
import { parseDependency } from "./dependency.ts";

/** The field of a document, by encoded name. */
function fieldOf(bytes: Uint8Array, at: number, name: Uint8Array): RawValue | undefined {
  const element = findElement(bytes, at, name);
  if (element < 0) return undefined;
  return { bytes, type: bytes[element], at: element + name.length + 2 };
}

interface Property {
  readonly name: string;
  readonly encoded: Uint8Array;
  readonly schema: SchemaNode;
}

function parseProperties(argument: RawElement, site: SchemaSite): Property[] {
  if (argument.type !== BsonType.Document) throw wrongType("properties", "must be an object");
  return [...elements(argument.bytes, argument.at)].map((property) => {
    if (property.type !== BsonType.Document) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `Nested schema for $jsonSchema property '${property.name}' must be an object`,
      );
    }
    return {
      name: property.name,
      encoded: nameBytes(property.name),
      schema: site.parse(property),
    };
  });
}

const properties: SchemaKeywordDefinition = {
  name: "properties",
  parse(argument, site) {
    const list = parseProperties(argument, site);
    const fails = ({ encoded, schema }: Property, bytes: Uint8Array, at: number): boolean => {
      const element = findElement(bytes, at, encoded);
      return element >= 0 && !schema.holds(bytes, bytes[element], element + encoded.length + 2);
    };
    return {
      holds(bytes, type, at) {
        if (type !== BsonType.Document) return true;
        for (const property of list) if (fails(property, bytes, at)) return false;
        return true;
      },
      explain(value, details) {
        details.startDocument(undefined);
        details.string("operatorName", "properties");
        details.startArray("propertiesNotSatisfied");
        for (const property of list) {
          if (!fails(property, value.bytes, value.at)) continue;
          details.startDocument(undefined);
          details.string("propertyName", property.name);
          writeAnnotations(details, property.schema);
          const field = fieldOf(value.bytes, value.at, property.encoded);
          if (field !== undefined) writeFailures(details, "details", property.schema, field);
          details.end();
        }
        details.end();
        details.end();
      },
    };
  },
};

interface PatternProperty {
  readonly regex: RegularExpression;
  readonly schema: SchemaNode;
}

function parsePatterns(site: SchemaSite): PatternProperty[] {
  const argument = site.keywords.get("patternProperties");
  if (argument === undefined) return [];
  if (argument.type !== BsonType.Document) {
    throw wrongType("patternProperties", "must be an object");
  }
  return [...elements(argument.bytes, argument.at)].map((item) => {
    if (item.type !== BsonType.Document) {
      throw wrongType("patternProperties", `has property '${item.name}' which is not an object`);
    }
    const regex = new RegularExpression(item.name, "", site.checkInterrupt);
    return { regex, schema: site.parse(item) };
  });
}

const patternProperties: SchemaKeywordDefinition = {
  name: "patternProperties",
  parse(_argument, site) {
    const patterns = parsePatterns(site);
    const firstFailure = ({ regex, schema }: PatternProperty, value: RawValue) =>
      [...elements(value.bytes, value.at)].find((field) =>
        regex.test(field.name) && !schema.holds(field.bytes, field.type, field.at)
      );
    return {
      holds: (bytes, type, at) =>
        type !== BsonType.Document ||
        patterns.every((pattern) => firstFailure(pattern, { bytes, type, at }) === undefined),
      explain(value, details) {
        details.startDocument(undefined);
        details.string("operatorName", "patternProperties");
        details.startArray("details");
        for (const pattern of patterns) {
          const field = firstFailure(pattern, value);
          if (field === undefined) continue;
          details.startDocument(undefined);
          details.string("propertyName", field.name);
          writeAnnotations(details, pattern.schema);
          details.string("regexMatched", pattern.regex.source);
          writeFailures(details, "details", pattern.schema, field);
          details.end();
        }
        details.end();
        details.end();
      },
    };
  },
};

const additionalProperties: SchemaKeywordDefinition = {
  name: "additionalProperties",
  parse(argument, site) {
    if (argument.type !== BsonType.Boolean && argument.type !== BsonType.Document) {
      throw wrongType("additionalProperties", "must be an object or a boolean");
    }
    const schema = argument.type === BsonType.Document ? site.parse(argument) : undefined;
    if (schema === undefined && argument.bytes[argument.at] !== 0) return undefined;
    const named = site.keywords.get("properties");
    const names = new Set(
      named === undefined ? [] : [...elements(named.bytes, named.at)].map((item) => item.name),
    );
    const patterns = parsePatterns(site);
    const additional = (value: RawValue): RawElement[] =>
      [...elements(value.bytes, value.at)].filter((field) =>
        !names.has(field.name) && !patterns.some(({ regex }) => regex.test(field.name)) &&
        !(schema?.holds(field.bytes, field.type, field.at) ?? false)
      );
    return {
      holds: (bytes, type, at) =>
        type !== BsonType.Document || additional({ bytes, type, at }).length === 0,
      explain(value, details) {
        const fields = additional(value);
        details.startDocument(undefined);
        if (schema === undefined) {
          writeKeyword(details, argument);
          details.startArray("additionalProperties");
          for (const field of fields) details.string(undefined, field.name);
          details.end();
        } else {
          details.string("operatorName", "additionalProperties");
          writeAnnotations(details, schema);
          details.string("reason", "at least one additional property did not match the subschema");
          details.string("failingProperty", fields[0].name);
          writeFailures(details, "details", schema, fields[0]);
        }
        details.end();
      },
    };
  },
};

function parseRequired(argument: RawElement): string[] {
  if (argument.type !== BsonType.Array) {
    throw wrongType(
      "required",
      `must be an array, but found an element of type ${typeName(argument.type)}`,
    );
  }
  const names = [...elements(argument.bytes, argument.at)].map((item) => {
    if (item.type !== BsonType.String) {
      throw wrongType(
        "required",
        `must be an array of strings, but found an element of type: ${typeName(item.type)}`,
      );
    }
    return readString(item.bytes, item.at);
  });
  if (names.length === 0) throw failedToParse("required", "cannot be an empty array");
  if (new Set(names).size < names.length) {
    throw failedToParse("required", "array cannot contain duplicate values");
  }
  return names.sort();
}

const required: SchemaKeywordDefinition = {
  name: "required",
  parse(argument) {
    const names = parseRequired(argument).map((name) => ({ name, encoded: nameBytes(name) }));
    return {
      holds(bytes, type, at) {
        if (type !== BsonType.Document) return true;
        return names.every(({ encoded }) => findElement(bytes, at, encoded) >= 0);
      },
      explain(value, details) {
        details.startDocument(undefined);
        writeKeyword(details, argument);
        details.startArray("missingProperties");
        for (const { name, encoded } of names) {
          if (findElement(value.bytes, value.at, encoded) < 0) details.string(undefined, name);
        }
        details.end();
        details.end();
      },
    };
  },
};

function countKeyword(
  name: string,
  accepts: (count: number, limit: number) => boolean,
): SchemaKeywordDefinition {
  return {
    name,
    parse(argument) {
      const limit = Number(parseNonNegativeLong(argument));
      const count = (bytes: Uint8Array, at: number) => [...elements(bytes, at)].length;
      return {
        holds: (bytes, type, at) => type !== BsonType.Document || accepts(count(bytes, at), limit),
        explain(value, details) {
          details.startDocument(undefined);
          writeKeyword(details, argument);
          details.string("reason", "specified number of properties was not satisfied");
          details.int32("numberOfProperties", count(value.bytes, value.at));
          details.end();
        },
      };
    },
  };
}

const dependencies: SchemaKeywordDefinition = {
  name: "dependencies",
  parse(argument, site) {
    if (argument.type !== BsonType.Document) throw wrongType("dependencies", "must be an object");
    const list = [...elements(argument.bytes, argument.at)].map((item) =>
      parseDependency(item, site)
    );
    return {
      holds: (bytes, type, at) =>
        type !== BsonType.Document || list.every((each) => each.holds(bytes, type, at)),
      explain(value, details) {
        details.startDocument(undefined);
        details.string("operatorName", "dependencies");
        details.startArray("failingDependencies");
        for (const each of list) {
          if (!each.holds(value.bytes, value.type, value.at)) each.explain(value, details);
        }
        details.end();
        details.end();
      },
    };
  },
};

export const objectKeywords: readonly SchemaKeywordDefinition[] = [
  properties,
  additionalProperties,
  patternProperties,
  required,
  countKeyword("minProperties", (count, limit) => count >= limit),
  countKeyword("maxProperties", (count, limit) => count <= limit),
  dependencies,
];

// One entry of `dependencies`: what must hold when a property is present, a list of names or a schema.

import { elements, findElement, nameBytes, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { SchemaRule, SchemaSite } from "./definition.ts";
import { writeFailures } from "./details.ts";

/** Parses `property: ["other", ...]` or `property: {schema}`. */
export function parseDependency(item: RawElement, site: SchemaSite): SchemaRule {
  if (item.type === BsonType.Document) return schemaDependency(item, site);
  if (item.type === BsonType.Array) return propertyDependency(item);
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `property '${item.name}' in $jsonSchema keyword 'dependencies' must be either an object or an array`,
  );
}

function schemaDependency(item: RawElement, site: SchemaSite): SchemaRule {
  const schema = site.parse(item);
  const condition = nameBytes(item.name);
  return {
    holds: (bytes, type, at) =>
      findElement(bytes, at, condition) < 0 || schema.holds(bytes, type, at),
    explain(value, details) {
      details.startDocument(undefined);
      details.string("conditionalProperty", item.name);
      writeFailures(details, "details", schema, value);
      details.end();
    },
  };
}

function propertyDependency(item: RawElement): SchemaRule {
  const condition = nameBytes(item.name);
  const names = parseNames(item).map((name) => ({ name, encoded: nameBytes(name) }));
  return {
    holds: (bytes, _type, at) =>
      findElement(bytes, at, condition) < 0 ||
      names.every(({ encoded }) => findElement(bytes, at, encoded) >= 0),
    explain(value, details) {
      details.startDocument(undefined);
      details.string("conditionalProperty", item.name);
      details.startArray("missingProperties");
      for (const { name, encoded } of names) {
        if (findElement(value.bytes, value.at, encoded) < 0) details.string(undefined, name);
      }
      details.end();
      details.end();
    },
  };
}

function parseNames(item: RawElement): string[] {
  const where = `'${item.name}' in $jsonSchema keyword 'dependencies'`;
  const names: string[] = [];
  for (const name of elements(item.bytes, item.at)) {
    if (name.type !== BsonType.String) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `array ${where} can only contain strings, but found element of type: ${
          typeName(name.type)
        }`,
      );
    }
    const text = readString(name.bytes, name.at);
    if (names.includes(text)) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        `array ${where} contains duplicate element: ${text}`,
      );
    }
    names.push(text);
  }
  if (names.length === 0) {
    throw new CommandError(ErrorCode.FailedToParse, `property ${where} cannot be an empty array`);
  }
  return names;
}

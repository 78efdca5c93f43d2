// minItems, maxItems, uniqueItems, items, additionalItems.

import { elements, type RawElement, type RawValue } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { parseNonNegativeLong } from "../argument.ts";
import type { SchemaKeywordDefinition, SchemaNode, SchemaRule, SchemaSite } from "./definition.ts";
import {
  writeAnnotations,
  writeFailures,
  writeKeyword,
  writeReason,
  wrongType,
} from "./details.ts";
import { identityOf } from "./value_identity.ts";

function itemsOf(bytes: Uint8Array, at: number): RawElement[] {
  return [...elements(bytes, at)];
}

function countKeyword(
  name: string,
  accepts: (count: number, limit: number) => boolean,
): SchemaKeywordDefinition {
  return {
    name,
    parse(argument) {
      const limit = Number(parseNonNegativeLong(argument));
      return {
        holds: (bytes, type, at) =>
          type !== BsonType.Array || accepts(itemsOf(bytes, at).length, limit),
        explain(value, details) {
          details.startDocument(undefined);
          writeKeyword(details, argument);
          writeReason(details, "array did not match specified length", value);
          details.int32("numberOfItems", itemsOf(value.bytes, value.at).length);
          details.end();
        },
      };
    },
  };
}

/** The first item that occurred before. */
function firstDuplicate(bytes: Uint8Array, at: number): RawValue | undefined {
  const seen = new Set<string>();
  for (const item of elements(bytes, at)) {
    const identity = identityOf(item);
    if (seen.has(identity)) return item;
    seen.add(identity);
  }
  return undefined;
}

const uniqueItems: SchemaKeywordDefinition = {
  name: "uniqueItems",
  parse(argument) {
    if (argument.type !== BsonType.Boolean) throw wrongType("uniqueItems", "must be a boolean");
    if (argument.bytes[argument.at] === 0) return undefined;
    return {
      holds: (bytes, type, at) =>
        type !== BsonType.Array || firstDuplicate(bytes, at) === undefined,
      explain(value, details) {
        details.startDocument(undefined);
        writeKeyword(details, argument);
        writeReason(details, "found a duplicate item", value);
        const duplicate = firstDuplicate(value.bytes, value.at);
        if (duplicate !== undefined) details.raw("duplicatedValue", duplicate);
        details.end();
      },
    };
  },
};

/** The rule that all items from an index on satisfy a schema. */
function itemsFrom(
  keyword: string,
  first: number,
  schema: SchemaNode,
  reason: string,
): SchemaRule {
  const firstFailure = (bytes: Uint8Array, at: number): number =>
    itemsOf(bytes, at).findIndex((item, index) =>
      index >= first && !schema.holds(item.bytes, item.type, item.at)
    );
  return {
    holds: (bytes, type, at) => type !== BsonType.Array || firstFailure(bytes, at) < 0,
    explain(value, details) {
      const index = firstFailure(value.bytes, value.at);
      details.startDocument(undefined);
      details.string("operatorName", keyword);
      writeAnnotations(details, schema);
      details.string("reason", reason);
      details.int32("itemIndex", index);
      writeFailures(details, "details", schema, itemsOf(value.bytes, value.at)[index]);
      details.end();
    },
  };
}

/** `items: [schema, ...]`: each schema is for the item at its place. */
function itemsByPlace(argument: RawElement, site: SchemaSite): SchemaRule {
  const schemas = itemsOf(argument.bytes, argument.at).map((schema) => {
    if (schema.type !== BsonType.Document) {
      throw wrongType(
        "items",
        `requires that each element of the array is an object, but found a ${
          typeName(schema.type)
        }`,
      );
    }
    return site.parse(schema);
  });
  const failures = (bytes: Uint8Array, at: number): RawElement[] =>
    itemsOf(bytes, at).filter((item, index) =>
      index < schemas.length && !schemas[index].holds(item.bytes, item.type, item.at)
    );
  return {
    holds: (bytes, type, at) => type !== BsonType.Array || failures(bytes, at).length === 0,
    explain(value, details) {
      details.startDocument(undefined);
      details.string("operatorName", "items");
      details.startArray("details");
      for (const item of failures(value.bytes, value.at)) {
        const index = Number(item.name);
        details.startDocument(undefined);
        details.int32("itemIndex", index);
        writeFailures(details, "details", schemas[index], item);
        details.end();
      }
      details.end();
      details.end();
    },
  };
}

const items: SchemaKeywordDefinition = {
  name: "items",
  parse(argument, site) {
    if (argument.type === BsonType.Array) return itemsByPlace(argument, site);
    if (argument.type !== BsonType.Document) {
      throw wrongType("items", `must be an array or an object, not ${typeName(argument.type)}`);
    }
    return itemsFrom(
      "items",
      0,
      site.parse(argument),
      "At least one item did not match the sub-schema",
    );
  },
};

const additionalItems: SchemaKeywordDefinition = {
  name: "additionalItems",
  parse(argument, site) {
    if (argument.type !== BsonType.Boolean && argument.type !== BsonType.Document) {
      throw wrongType(
        "additionalItems",
        `must be either an object or a boolean, but got a ${typeName(argument.type)}`,
      );
    }
    const schema = argument.type === BsonType.Document ? site.parse(argument) : undefined;
    const places = site.keywords.get("items");
    if (places?.type !== BsonType.Array) return undefined;
    const first = itemsOf(places.bytes, places.at).length;
    if (schema !== undefined) {
      const reason = "At least one additional item did not match the sub-schema";
      return itemsFrom("additionalItems", first, schema, reason);
    }
    if (argument.bytes[argument.at] !== 0) return undefined;
    return {
      holds: (bytes, type, at) => type !== BsonType.Array || itemsOf(bytes, at).length <= first,
      explain(value, details) {
        details.startDocument(undefined);
        writeKeyword(details, argument);
        details.string("reason", "found additional items");
        details.startArray("additionalItems");
        for (const item of itemsOf(value.bytes, value.at).slice(first)) {
          details.raw(undefined, item);
        }
        details.end();
        details.end();
      },
    };
  },
};

export const arrayKeywords: readonly SchemaKeywordDefinition[] = [
  countKeyword("minItems", (count, limit) => count >= limit),
  countKeyword("maxItems", (count, limit) => count <= limit),
  uniqueItems,
  items,
  additionalItems,
];

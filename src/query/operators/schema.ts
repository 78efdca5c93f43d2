// $jsonSchema: the document has the shape a schema describes.

import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  QueryOperatorDefinition,
} from "../definition.ts";
import { parseSchema } from "../json_schema.ts";

export const operators: readonly QueryOperatorDefinition[] = [
  {
    name: "$jsonSchema",
    place: "document",
    help: "the document has the shape a JSON schema describes",
    parse(argument, { context }) {
      if (argument.type !== BsonType.Document) {
        throw new CommandError(ErrorCode.TypeMismatch, "$jsonSchema must be an object");
      }
      return {
        kind: "jsonSchema",
        schema: parseSchema(argument, {
          checkInterrupt: context.checkInterrupt,
          ignoreUnknownKeywords: context.ignoreUnknownSchemaKeywords,
        }),
        document: argument,
        origin: { operator: "$jsonSchema", argument },
      };
    },
  },
];

const jsonSchemaKind: MatchKindDefinition<"jsonSchema"> = {
  kind: "jsonSchema",
  compile: ({ schema }) => ({
    matches: (bytes, start) => schema.holds(bytes, BsonType.Document, start),
  }),
  serialize: ({ document }, { bson }) => bson.raw("$jsonSchema", document),
};

export const kinds: readonly AnyMatchKindDefinition[] = [jsonSchemaKind];

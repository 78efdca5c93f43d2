// $replaceRoot and $replaceWith: each document becomes the value of an expression, which must be a document.

import { decodeValue, toDocument } from "../../bson/decode.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { isDocumentValue } from "../../bson/decode.ts";
import { BsonWriter, encodeValue } from "../../bson/encode.ts";
import { MISSING, type OptionalValue } from "../../bson/value.ts";
import { valueInMessage } from "../../expression/text.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { RewriteStream } from "../../stream/projection_stream.ts";
import { missingOption, unknownOption } from "../raw_pipeline.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { readsOf } from "../projection_effect.ts";

function replaceStage(name: string, spec: RawElement, expression: Expression): Stage {
  const what = name === "$replaceRoot" ? "'newRoot' expression " : "'replacement document' ";
  return {
    name,
    given: spec,
    effect: {
      reads: readsOf([expression.dependencies]),
      writes: undefined,
      isExhaustive: true,
      isRowwise: true,
    },
    open: (input, context) => {
      const scope = context.compiler.createScope();
      return new RewriteStream(input, {
        apply(bytes, start, writer): void {
          scope.setRoot(bytes, start);
          const value = expression.evaluate(scope);
          if (!isDocumentValue(value)) {
            throw notADocument(what, value, scope.root, expression);
          }
          const document = toDocument(value);
          writer.append(document);
        },
      });
    },
  };
}

function notADocument(
  what: string,
  value: OptionalValue,
  input: Uint8Array,
  expression: Expression,
): CommandError {
  const shown = value === MISSING ? "MISSING" : valueInMessage(value);
  const type = value === MISSING ? "missing" : typeName(encodeValue(value).type);
  return new CommandError(
    40228,
    `${what} must evaluate to an object, but resulting value was: ${shown}. Type of resulting value: ` +
      `'${type}'. Input document: ${valueInMessage(seenBy(expression, input))}`,
  );
}

/** The fields of a document that the expression reads: mongod fetches no others. */
function seenBy({ dependencies }: Expression, input: Uint8Array): OptionalValue {
  const { paths, wholeDocument } = dependencies;
  if (wholeDocument) return decodeValue({ bytes: input, type: BsonType.Document, at: 0 });
  const names = new Set(Array.from(paths, (path) => path.split(".", 1)[0]));
  const writer = new BsonWriter(256);
  writer.startDocument();
  for (const field of elements(input)) if (names.has(field.name)) writer.raw(field.name, field);
  writer.end();
  return decodeValue({ bytes: writer.bytes(), type: BsonType.Document, at: 0 });
}

export const $replaceRoot: StageDefinition = {
  name: "$replaceRoot",
  help: "Replaces each document by one of its parts or a computed one",
  parse(spec, context): Stage {
    if (spec.type !== BsonType.Document) {
      throw new CommandError(
        40229,
        `expected an object as specification for $replaceRoot stage, got ${typeName(spec.type)}`,
      );
    }
    let newRoot: Expression | undefined;
    for (const field of elements(spec.bytes, spec.at)) {
      if (field.name !== "newRoot") {
        throw unknownOption(`$replaceRoot.${field.name}`);
      }
      newRoot = context.compiler.compile(field);
    }
    if (newRoot === undefined) {
      throw missingOption("$replaceRoot.newRoot");
    }
    return replaceStage("$replaceRoot", spec, newRoot);
  },
};

export const $replaceWith: StageDefinition = {
  name: "$replaceWith",
  help: "Replaces each document by the value of an expression",
  parse: (spec, context) => replaceStage("$replaceWith", spec, context.compiler.compile(spec)),
};

// $documents: documents written in the pipeline itself, as an expression that gives an array of them.

import { isDocumentValue, toDocument } from "../../bson/decode.ts";
import { encodeValue } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import { typeName } from "../../bson/type.ts";
import type { BsonValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import { Batch } from "../../stream/batch.ts";
import { BatchesStream } from "../../stream/document_stream.ts";
import type { Stage, StageDefinition } from "../definition.ts";

export const $documents: StageDefinition = {
  name: "$documents",
  help: "Documents given in the pipeline",
  isFirstOnly: true,
  isCollectionless: true,
  notInFacet: true,
  parse(spec, context): Stage {
    const expression = context.compiler.compile(spec);
    return {
      name: "$documents",
      given: spec,
      isSource: true,
      open(_input, run): BatchesStream {
        const values = expression.evaluate(run.compiler.createScope());
        if (!Array.isArray(values)) throw new CommandError(5858203, "an array is expected");
        const documents = values.map(documentOfValue);
        return new BatchesStream(documents.length === 0 ? [] : [Batch.of(documents)]);
      },
    };
  },
};

function documentOfValue(value: BsonValue): Uint8Array {
  if (isDocumentValue(value)) return toDocument(value);
  throw new CommandError(
    40228,
    `'newRoot' expression  must evaluate to an object, but resulting value was: ${
      toShellText(value)
    }. Type of resulting value: '${typeName(encodeValue(value).type)}'. Input document: {}`,
  );
}

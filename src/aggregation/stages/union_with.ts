// $unionWith: the documents of the input, then those of another collection, or of a pipeline over it.

import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { ConcatStream } from "../../stream/concat_stream.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import type { Stage, StageDefinition } from "../definition.ts";
import { innerContext } from "../join/sub_pipeline.ts";
import {
  rawPipeline,
  rawStages,
  stageName,
  unknownOption,
  wrongOptionType,
} from "../raw_pipeline.ts";

interface UnionSpec {
  readonly collection: string | undefined;
  readonly stages: readonly Uint8Array[];
}

export const $unionWith: StageDefinition = {
  name: "$unionWith",
  help: "Adds the documents of another collection, or of a pipeline over it",
  parse(spec, context): Stage {
    const union = parseUnion(spec);
    const { collection } = union;
    const namespace = `${context.database}.${collection ?? "$cmd.aggregate"}`;
    const pipeline = rawPipeline(union.stages);
    context.parse(pipeline, innerContext(context, "union", namespace));
    return {
      name: "$unionWith",
      given: spec,
      open: (input, run) =>
        new UnionStream(
          input,
          () => run.sources.open(namespace, pipeline, innerContext(run, "union", namespace)),
        ),
    };
  },
};

function parseUnion(spec: RawElement): UnionSpec {
  if (spec.type === BsonType.String) {
    return { collection: checkedName(readString(spec.bytes, spec.at)), stages: [] };
  }
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "the $unionWith stage specification must be an object or string, but found " +
        typeName(spec.type),
    );
  }
  let collection: string | undefined;
  let stages: Uint8Array[] = [];
  for (const option of elements(spec.bytes, spec.at)) {
    switch (option.name) {
      case "coll":
        if (option.type !== BsonType.String) {
          throw wrongOptionType("$unionWith.coll", option.type, "string");
        }
        collection = checkedName(readString(option.bytes, option.at));
        break;
      case "pipeline":
        stages = rawStages(option);
        break;
      default:
        throw unknownOption(`$unionWith.${option.name}`);
    }
  }
  if (collection === undefined && (stages.length === 0 || stageName(stages[0]) !== "$documents")) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "$unionWith stage without explicit collection must have a pipeline with $documents as " +
        "first stage",
    );
  }
  return { collection, stages };
}

function checkedName(name: string): string {
  if (name !== "") return name;
  throw new CommandError(ErrorCode.InvalidNamespace, "Collection names cannot be empty");
}

/** Also closes an input that was never read. */
class UnionStream extends ConcatStream {
  constructor(private readonly input: DocumentStream, openOther: () => DocumentStream) {
    super([() => input, openOther]);
  }

  expect(documents: number): void {
    this.input.expect?.(documents);
  }

  override close(): void {
    super.close();
    this.input.close();
  }
}

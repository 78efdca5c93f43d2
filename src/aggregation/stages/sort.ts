// $sort, and $sortByCount, which is a $group and a $sort.

import { documentFrom } from "../../bson/encode.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { documentOf, elements, isEmptyDocument, type RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import { sortOrderOf } from "../../plan/run.ts";
import { SortKeyGenerator } from "../../query/sort_key.ts";
import { parseSort, type SortSpec } from "../../query/sort_spec.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import { SortKeyStream } from "../../stream/sort_key_stream.ts";
import { SortStream } from "../../stream/sort_stream.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { $group } from "./group.ts";

/** The $sort stage of a specification; `limit` is that of a $limit right behind it. */
export function sortStage(spec: RawElement, limit = 0): Stage {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(15973, "the $sort key specification must be an object");
  }
  const document = documentOf(spec);
  if (isEmptyDocument(document)) {
    throw new CommandError(15976, "$sort stage must have at least one sort key");
  }
  const sort = parseSort(document);
  return {
    name: "$sort",
    given: spec,
    front: { kind: "sort", sort },
    ...(limit > 0 ? { topCount: limit } : {}),
    effect: {
      reads: sort.parts.some(({ meta }) => meta !== undefined)
        ? undefined
        : new Set(sort.parts.map(({ segments }) => segments[0])),
      writes: new Set(),
      letsFiltersPass: limit === 0,
      copies: true,
    },
    explain: (writer) => {
      writer.startDocument("$sort");
      writer.document("sortKey", document);
      if (limit > 0) writer.int64("limit", BigInt(limit));
      writer.end();
    },
    open: (input, context) => {
      const order = sortOrderOf(sort, context.query.collation);
      const sorted = new SortStream(input, order, {
        limit,
        allowDiskUse: context.allowDiskUse,
        memoryLimitBytes: context.limits.sortBytes,
      });
      return withSortKeys(sorted, sort, context);
    },
  };
}

/** Notes the sort keys when something behind asks for `$meta: "sortKey"`. */
export function withSortKeys(
  stream: DocumentStream,
  sort: SortSpec,
  { compiler, query }: PipelineContext,
): DocumentStream {
  if (!compiler.usedMetadata.has("sortKey")) return stream;
  return new SortKeyStream(stream, new SortKeyGenerator(sort, query.collation));
}

export const $sort: StageDefinition = {
  name: "$sort",
  help: "Puts documents in order",
  parse: (spec) => sortStage(spec),
};

export const $sortByCount: StageDefinition = {
  name: "$sortByCount",
  help: "Counts documents by an expression, the commonest first",
  parse(spec, context): readonly Stage[] {
    checkOperand(spec);
    const writer = new BsonWriter(128);
    writer.startDocument();
    writer.startDocument("$group");
    writer.raw("_id", spec);
    writer.document("count", documentFrom({ $sum: 1 }));
    writer.end();
    writer.document("$sort", documentFrom({ count: -1 }));
    writer.end();
    const [group, sort] = [...elements(writer.bytes())];
    return [...[$group.parse(group, context)].flat(), sortStage(sort)];
  },
};

function checkOperand(spec: RawElement): void {
  if (spec.type === BsonType.Document) {
    const first = elements(spec.bytes, spec.at).next();
    if (first.done || !first.value.name.startsWith("$")) {
      throw new CommandError(
        40147,
        "the sortByCount field must be defined as a $-prefixed path or an expression inside an object",
      );
    }
    return;
  }
  if (spec.type !== BsonType.String) {
    throw new CommandError(
      40149,
      "the sortByCount field must be specified as a string or as an object",
    );
  }
  if (spec.bytes[spec.at + 4] !== 0x24) {
    throw new CommandError(
      40148,
      "the sortByCount field must be defined as a $-prefixed path or an expression inside an object",
    );
  }
}

// The query that a plan cache command is about: `query` with `sort`, `projection` and `collation`, which stand for all queries
// of their shape.

import { documentFrom } from "../../bson/encode.ts";
import { documentOf, getField } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { ExpressionCompiler } from "../../expression/expression.ts";
import { planCacheShapeHash, shapeText } from "../../plan/query_shape.ts";
import { compileQuery } from "../../query/filter.ts";
import { compileProjection } from "../../query/projection.ts";
import { parseSort } from "../../query/sort_spec.ts";
import type { Collection } from "../../storage/collection.ts";
import { isEmptyDocument } from "../../bson/read.ts";
import { queryCollation } from "../crud/find_query.ts";

const EMPTY: Uint8Array = documentFrom({});

/** The parts as the client gave them, and the shape they stand for. */
export interface ShapeArgument {
  readonly query: Uint8Array;
  readonly sort: Uint8Array;
  readonly projection: Uint8Array;
  readonly collation: Uint8Array | undefined;
  readonly shape: string;
  readonly shapeHash: string;
}

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

/** Reads the shape a command names; undefined when it has no `query`, which then stands for all shapes. */
export function shapeArgument(
  body: Uint8Array,
  collection: Collection,
): ShapeArgument | undefined {
  if (getField(body, "query") !== undefined) return requiredShape(body, collection);
  if (["sort", "projection", "collation"].some((name) => getField(body, name) !== undefined)) {
    throw badValue("sort, projection, or collation provided without query");
  }
  return undefined;
}

export function requiredShape(body: Uint8Array, collection: Collection): ShapeArgument {
  const query = documentField(body, "query", "required");
  if (query === undefined) throw badValue("required field query missing");
  const sort = documentField(body, "sort", "optional") ?? EMPTY;
  const projection = documentField(body, "projection", "optional") ?? EMPTY;
  const given = documentField(body, "collation", "optional");
  const collation = queryCollation(given, collection);
  const now = BigInt(Date.now());
  const compiler = new ExpressionCompiler({ now, collation });
  const filter = compileQuery(query, { collation, now, expressionCompiler: compiler });
  if (!isEmptyDocument(projection)) {
    compileProjection(projection, { compiler, filter: filter.expression });
  }
  const shaped = {
    filter,
    sort: parseSort(sort),
    projection: isEmptyDocument(projection) ? undefined : { spec: projection },
    collation,
  };
  return {
    query: query.slice(),
    sort: sort.slice(),
    projection: projection.slice(),
    collation: given === undefined || isEmptyDocument(given) ? undefined : given.slice(),
    shape: shapeText(shaped),
    shapeHash: planCacheShapeHash(shaped),
  };
}

function documentField(
  body: Uint8Array,
  name: string,
  need: "required" | "optional",
): Uint8Array | undefined {
  const field = getField(body, name);
  if (field === undefined) return undefined;
  if (field.type !== BsonType.Document && field.type !== BsonType.Array) {
    throw badValue(`${need} field ${name} must be an object`);
  }
  return documentOf(field);
}

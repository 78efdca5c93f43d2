// What the tests of the writers share: a collection with documents, queries and compiled updates from literals.

import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { TargetQuery } from "../../src/write/target_query.ts";
import { compileUpdate } from "../../src/write/update/compile_update.ts";
import type { UpdateRequest } from "../../src/write/update.ts";
import { doc, insert, type Literal, texts, value } from "../storage/fixture.ts";

export type Fields = { readonly [name: string]: Literal };

export const NAMESPACE = "test.c";

/** A new collection with the documents. */
export function collectionOf(
  engine: StorageEngine,
  documents: readonly Fields[] = [],
  options?: Fields,
): Collection {
  engine.definitions.create(NAMESPACE, options === undefined ? {} : { options: doc(options) });
  const collection = engine.catalog.collection(NAMESPACE)!;
  insert(engine, collection, ...documents.map((fields) => doc(fields)));
  return collection;
}

export interface QueryLiterals {
  readonly collation?: Fields;
  readonly hint?: Literal;
  readonly sort?: Fields;
}

export function queryOf(
  collection: Collection | undefined,
  filter: Fields,
  { collation, hint, sort }: QueryLiterals = {},
): TargetQuery {
  return new TargetQuery(collection, {
    filter: doc(filter),
    context: { now: 0n },
    collation: collation && doc(collation),
    hint: hint === undefined ? undefined : value(hint),
    sort: sort && doc(sort),
  });
}

export function requestOf(
  engine: StorageEngine,
  query: TargetQuery,
  update: Fields | readonly Fields[],
  rest: Partial<UpdateRequest> = {},
): UpdateRequest {
  return {
    query,
    update: compileUpdate(value(update as Literal), { context: query.context }),
    upsert: false,
    bypassDocumentValidation: false,
    pacer: UNPACED,
    warn: () => {},
    createCollection: () => engine.definitions.ensureCollection(NAMESPACE),
    ...rest,
  };
}

/** All documents as text. */
export function contents(collection: Collection): Promise<string[]> {
  return texts(collection.scan());
}

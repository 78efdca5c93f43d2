// Which documents a write is about: a filter with its options, and the way to them.
//
// An equality on `_id` goes straight to the record; everything else through the planner, as RecordIds with the
// documents as they were read. Between reading and writing other statements may run, so writers read the record again
// inside their transaction and ask `stillMatches`.

import { parseCollation } from "../bson/collation.ts";
import { isEmptyDocument, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type ChosenPlan, planQuery } from "../plan/choose.ts";
import { expressIdOf } from "../plan/express.ts";
import { resolveHint } from "../plan/hint.ts";
import { openChosen } from "../plan/trial.ts";
import { type CompiledFilter, compileQuery, type QueryContext } from "../query/filter.ts";
import { parseSort } from "../query/sort_spec.ts";
import type { Collection } from "../storage/collection.ts";
import type { DocumentStream } from "../stream/document_stream.ts";

export interface TargetOptions {
  readonly filter: Uint8Array;
  readonly context: QueryContext;
  /** The statement's own collation document; without one the collection's default applies. */
  readonly collation?: Uint8Array | undefined;
  readonly hint?: RawValue | undefined;
  readonly sort?: Uint8Array | undefined;
}

export class TargetQuery {
  /** The `_id` the filter asks for and nothing else. */
  readonly id: RawValue | undefined;
  readonly #options: TargetOptions;
  readonly context: QueryContext;
  #compiled: CompiledFilter | undefined;
  /** Set by open(): the way to the documents. */
  plan: ChosenPlan | undefined = undefined;
  /** Set by open(): every document comes once, because RecordIds are read in order. */
  readsInRecordOrder = false;

  constructor(readonly collection: Collection | undefined, options: TargetOptions) {
    this.#options = options;
    const given = options.collation;
    const collation = given === undefined || isEmptyDocument(given)
      ? collection?.options.collation
      : parseCollation(given);
    this.context = collation === undefined ? options.context : { ...options.context, collation };
    const id = options.hint === undefined ? expressIdOf(options.filter) : undefined;
    // Under a collation an equality may match several keys.
    const isExact = id !== undefined && (collation === undefined || !mayHoldText(id.type));
    this.id = isExact ? id : undefined;
  }

  /** The compiled filter; compiled when first asked for, which an equality on `_id` often never does. */
  get filter(): CompiledFilter {
    return this.#compiled ??= compileQuery(this.#options.filter, this.context);
  }

  /** Throws what is wrong with filter and sort, also where there is no collection to look into. */
  check(): void {
    if (this.id === undefined) void this.filter;
    if (this.#options.sort !== undefined) parseSort(this.#options.sort);
  }

  stillMatches(document: Uint8Array): boolean {
    return this.filter.isEmpty || this.filter.matches(document, 0);
  }

  /** Opens the stream of matching documents with their RecordIds; undefined limit: all. */
  open(limit?: number): DocumentStream {
    const { collection } = this;
    const { hint, sort } = this.#options;
    const plan = planQuery(collection, {
      filter: this.filter,
      ...(sort === undefined ? {} : { sort: parseSort(sort) }),
      ...(hint === undefined || collection === undefined
        ? {}
        : { hint: resolveHint(hint, collection.indexes, collection.namespace) }),
      limit,
      collation: this.context.collation,
      allowExpress: false,
    });
    this.plan = plan;
    this.readsInRecordOrder = plan.summary === "COLLSCAN";
    return openChosen(plan, {
      collection,
      collation: this.context.collation,
      keepRecordIds: true,
    });
  }
}

function mayHoldText(type: number): boolean {
  return type === BsonType.String || type === BsonType.Symbol || type === BsonType.Document ||
    type === BsonType.Array;
}

// Updating documents: finding them, changing them, inserting one when none matched (upsert).
//
// The change itself is a CompiledUpdate: document in, document out, null when nothing changes. Here is what is around
// it: the record is read again inside its transaction, the validator asked, storage told. A document is changed at most
// once by a statement, although its change may move it forward in the index that is being read.

import { CommandError, ErrorCode } from "../error.ts";
import type { Collection, UpdateOptions } from "../storage/collection.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Batch } from "../stream/batch.ts";
import { nextBatch } from "../stream/next_batch.ts";
import type { Pacer } from "../stream/pacer.ts";
import { compilePositional } from "../query/positional.ts";
import { executing, executorError, type WriteCommandName } from "./executor_error.ts";
import { currentDocument, takeFirst } from "./first_match.ts";
import { prepareInsert } from "./prepare_insert.ts";
import { checkPrepareUnique } from "./prepare_unique.ts";
import { runBatch } from "./statement_batch.ts";
import type { TargetQuery } from "./target_query.ts";
import type { CompiledUpdate } from "./update/compile_update.ts";
import { checkUpsertFilter, upsertDocument } from "./upsert.ts";
import { documentValidator, type WarningSink } from "./validation.ts";
import type { WriteEngine } from "./write_engine.ts";

export interface UpdateRequest {
  readonly query: TargetQuery;
  readonly update: CompiledUpdate;
  readonly upsert: boolean;
  readonly bypassDocumentValidation: boolean;
  readonly pacer: Pacer;
  readonly warn: WarningSink;
  /** Creates the collection for an upsert; called only when one is inserted. */
  readonly createCollection: () => Collection;
  /** A document an upsert inserts instead of deriving one (`upsertSupplied`). */
  readonly suppliedDocument?: Uint8Array | undefined;
  /** What errors name; "update" unless said otherwise. */
  readonly command?: WriteCommandName | undefined;
}

export interface UpdateOutcome {
  matched: number;
  modified: number;
  /** The inserted document of an upsert. */
  upserted: Uint8Array | undefined;
  /** The one document before and after, when a single one was updated. */
  before: Uint8Array | undefined;
  after: Uint8Array | undefined;
}

function nothing(): UpdateOutcome {
  return { matched: 0, modified: 0, upserted: undefined, before: undefined, after: undefined };
}

/** How often a single update looks again when a unique key appeared between its look and its upsert. */
const UPSERT_ATTEMPTS = 3;

/** Updates the first document the query finds. */
export function updateOne(
  engine: WriteEngine,
  request: UpdateRequest,
): UpdateOutcome | Promise<UpdateOutcome> {
  const { collection, id } = request.query;
  request.query.check();
  if (request.upsert && id === undefined) checkUpsertFilter(request.query.filter.expression);
  if (collection === undefined) return insertUpsert(engine, request);
  const writer = new RecordWriter(collection, request);
  if (id === undefined) return updateFirst(engine, writer, request);
  const outcome = executing(
    commandOf(request),
    () =>
      engine.run((transaction) => {
        const found = collection.findById(transaction, id);
        return found === null
          ? undefined
          : writer.write(transaction, found.recordId, found.document);
      }),
  );
  return outcome ?? insertUpsert(engine, request);
}

function commandOf(request: UpdateRequest): WriteCommandName {
  return request.command ?? "update";
}

async function updateFirst(
  engine: WriteEngine,
  writer: RecordWriter,
  request: UpdateRequest,
): Promise<UpdateOutcome> {
  for (let attempt = 1;; attempt++) {
    const outcome = await takeFirst(
      request.query,
      request.pacer,
      commandOf(request),
      (batch, i) => engine.run((transaction) => writer.writeIfMatching(transaction, batch, i)),
    );
    if (outcome !== undefined) return outcome;
    try {
      return insertUpsert(engine, request);
    } catch (error) {
      const isRace = error instanceof CommandError && error.code === ErrorCode.DuplicateKey;
      if (!isRace || attempt >= UPSERT_ATTEMPTS) throw error;
    }
  }
}

/** Updates every document the query finds. */
export async function updateMany(
  engine: WriteEngine,
  request: UpdateRequest,
): Promise<UpdateOutcome> {
  const { query, pacer } = request;
  query.check();
  if (request.upsert) checkUpsertFilter(query.filter.expression);
  if (query.collection === undefined) return insertUpsert(engine, request);
  const writer = new RecordWriter(query.collection, request);
  const outcome = nothing();
  const stream = query.open();
  const seen = query.readsInRecordOrder ? undefined : new Set<number>();
  try {
    for (
      let batch = await nextBatch(stream, pacer);
      batch;
      batch = await nextBatch(stream, pacer)
    ) {
      await updateBatch(engine, writer, batch, seen, request, outcome);
    }
  } catch (error) {
    throw executorError(commandOf(request), error);
  } finally {
    stream.close();
  }
  return outcome.matched > 0 ? outcome : insertUpsert(engine, request);
}

/** What became of each document of a batch, while its transaction is not yet committed. */
const UNMATCHED = 0;
const MATCHED = 1;
const MODIFIED = 2;

async function updateBatch(
  engine: WriteEngine,
  writer: RecordWriter,
  batch: Batch,
  seen: Set<number> | undefined,
  request: UpdateRequest,
  outcome: UpdateOutcome,
): Promise<void> {
  const fresh: number[] = [];
  for (let i = 0; i < batch.count; i++) {
    const recordId = batch.recordIds![i];
    if (seen?.has(recordId)) continue;
    seen?.add(recordId);
    fresh.push(i);
  }
  const results = new Uint8Array(fresh.length);
  const { failures } = await runBatch(
    engine,
    fresh.length,
    (transaction, i) => results[i] = writer.updateIfMatching(transaction, batch, fresh[i]),
    { ordered: true, pacer: request.pacer },
  );
  if (failures.length > 0) throw failures[0].error;
  for (const result of results) {
    if (result !== UNMATCHED) outcome.matched++;
    if (result === MODIFIED) outcome.modified++;
  }
}

/** Applies one compiled update to records of one collection. */
class RecordWriter {
  readonly #update: CompiledUpdate;
  readonly #query: TargetQuery;
  readonly #validator: ReturnType<typeof documentValidator>;
  readonly #options: UpdateOptions;
  readonly #warn: WarningSink;
  readonly #isPreparing: boolean;
  readonly #arrayIndexOf: ((bytes: Uint8Array, start: number) => number) | undefined;

  constructor(readonly collection: Collection, request: UpdateRequest) {
    this.#update = request.update;
    this.#query = request.query;
    this.#warn = request.warn;
    this.#options = { isReplacement: request.update.isReplacement };
    this.#validator = request.bypassDocumentValidation ? undefined : documentValidator(collection);
    this.#isPreparing = collection.indexes.some((index) => index.spec.prepareUnique);
    this.#arrayIndexOf = request.update.needsArrayIndex
      ? compilePositional(request.query.filter.expression)
      : undefined;
  }

  /** The document after the update; null when it does not change. */
  change(transaction: Transaction, recordId: number, before: Uint8Array): Uint8Array | null {
    const arrayIndex = this.#arrayIndexOf === undefined ? -1 : this.#arrayIndexOf(before, 0);
    const after = this.#update.apply(before, { arrayIndex }, false);
    if (after === null) return null;
    this.#validator?.checkUpdate(before, after, this.#warn);
    if (this.#isPreparing) {
      checkPrepareUnique(transaction, this.collection, after, { recordId, before });
    }
    this.collection.update(transaction, recordId, before, after, this.#options);
    return after;
  }

  write(transaction: Transaction, recordId: number, before: Uint8Array): UpdateOutcome {
    const after = this.change(transaction, recordId, before);
    return {
      matched: 1,
      modified: after === null ? 0 : 1,
      upserted: undefined,
      before,
      after: after ?? before,
    };
  }

  writeIfMatching(
    transaction: Transaction,
    batch: Batch,
    index: number,
  ): UpdateOutcome | undefined {
    const before = currentDocument(transaction, this.collection, this.#query, batch, index);
    return before && this.write(transaction, batch.recordIds![index], before);
  }

  updateIfMatching(transaction: Transaction, batch: Batch, index: number): number {
    const before = currentDocument(transaction, this.collection, this.#query, batch, index);
    if (before === undefined) return UNMATCHED;
    const after = this.change(transaction, batch.recordIds![index], before);
    return after === null ? MATCHED : MODIFIED;
  }
}

/** Inserts the document an upsert derives from its filter and update; nothing without upsert. */
function insertUpsert(engine: WriteEngine, request: UpdateRequest): UpdateOutcome {
  if (!request.upsert) return nothing();
  const { query, update } = request;
  const collection = query.collection ?? request.createCollection();
  return executing(commandOf(request), () => {
    const document = prepareInsert(
      request.suppliedDocument ?? upsertDocument(query.filter.expression, update),
    );
    const validator = request.bypassDocumentValidation ? undefined : documentValidator(collection);
    validator?.checkInsert(document, request.warn);
    engine.run((transaction) => {
      checkPrepareUnique(transaction, collection, document);
      collection.insert(transaction, document);
    });
    return { ...nothing(), upserted: document, after: document };
  });
}

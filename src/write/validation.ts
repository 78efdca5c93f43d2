// Validators: a collection's `validator` compiled once and applied to each document that is written.
//
// `strict` checks every write; `moderate` lets an update of a document that was invalid before pass; `warn` only
// logs. A document that fails is refused with 121 and the tree of reasons drivers show as `errInfo.details`.
// Source: MongoDB manual, "Schema Validation".

import { BsonWriter } from "../bson/encode.ts";
import { getField } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { explainFailure } from "../query/explain_failure.ts";
import { type CompiledFilter, compileQuery } from "../query/filter.ts";
import type { Collection } from "../storage/collection.ts";
import type { CollectionOptions } from "../storage/collection_options.ts";

const compiled = new WeakMap<CollectionOptions, DocumentValidator>();

/** Where a document that fails under `validationAction: "warn"` is told of. */
export type WarningSink = (message: string) => void;

/** The collection's validator, undefined when every document is welcome. */
export function documentValidator(collection: Collection): DocumentValidator | undefined {
  const { options } = collection;
  if (options.validator === undefined || options.validationLevel === "off") return undefined;
  let validator = compiled.get(options);
  if (validator === undefined) {
    validator = new DocumentValidator(collection.namespace, options, options.validator);
    compiled.set(options, validator);
  }
  return validator;
}

export class DocumentValidator {
  readonly #filter: CompiledFilter;

  constructor(readonly namespace: string, readonly options: CollectionOptions, spec: Uint8Array) {
    this.#filter = compileQuery(spec, {
      now: BigInt(Date.now()),
      ...(options.collation === undefined ? {} : { collation: options.collation }),
    });
  }

  /** Throws 121 unless the new document passes. */
  checkInsert(document: Uint8Array, warn: WarningSink): void {
    if (!this.#filter.matches(document, 0)) this.#reject(document, warn);
  }

  /** Throws 121 unless the changed document passes, or both levels and the old document excuse it. */
  checkUpdate(before: Uint8Array, after: Uint8Array, warn: WarningSink): void {
    if (this.#filter.matches(after, 0)) return;
    const isExcused = this.options.validationLevel === "moderate" &&
      !this.#filter.matches(before, 0);
    if (!isExcused) this.#reject(after, warn);
  }

  #reject(document: Uint8Array, warn: WarningSink): void {
    const { validationAction: action } = this.options;
    if (action !== "error") warn(`Document would fail validation in ${this.namespace}`);
    if (action === "warn") return;
    throw new CommandError(ErrorCode.DocumentValidationFailure, "Document failed validation", {
      info: this.#errorInfo(document),
    });
  }

  #errorInfo(document: Uint8Array): Uint8Array {
    const writer = new BsonWriter(512);
    writer.startDocument();
    writer.startDocument("errInfo");
    const id = getField(document, "_id");
    if (id !== undefined) writer.raw("failingDocumentId", id);
    writer.document("details", explainFailure(this.#filter.expression, document));
    writer.end();
    writer.end();
    return writer.bytes();
  }
}

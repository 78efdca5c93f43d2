// The collection a pipeline writes into: its name as $out and $merge give it, and where they may not write.

import { CommandError, ErrorCode } from "../error.ts";
import type { Catalog } from "../storage/catalog.ts";
import type { Collection } from "../storage/collection.ts";
import { isValidDatabaseName } from "../storage/namespace.ts";

export interface WriteTarget {
  readonly database: string;
  readonly collection: string;
}

export function targetNamespace({ database, collection }: WriteTarget): string {
  return collection === "" ? database : `${database}.${collection}`;
}

/** True for names that can be a collection's. */
export function isValidTarget({ database, collection }: WriteTarget): boolean {
  return isValidDatabaseName(database) && collection !== "" && !collection.startsWith(".") &&
    !collection.includes("\0");
}

export function isSystemCollection({ collection }: WriteTarget): boolean {
  return collection.startsWith("system.") || collection.includes("$");
}

export function isInternalDatabase({ database }: WriteTarget): boolean {
  return database === "admin" || database === "config" || database === "local";
}

/** The collection, undefined when it does not exist; 166 for a view. */
export function targetCollection(catalog: Catalog, namespace: string): Collection | undefined {
  const view = catalog.view(namespace);
  if (view === undefined) return catalog.collection(namespace);
  throw new CommandError(
    ErrorCode.CommandNotSupportedOnView,
    view.options.timeSeries === undefined
      ? `Namespace ${namespace} is a view, not a collection`
      : `Namespace ${namespace} is a timeseries collection`,
  );
}

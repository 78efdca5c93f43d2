// The profiler: which operations are worth a line in the log or a document in `system.profile`, and the writing of both.
// Manual: "profile (database command)", "Database Profiler".
//
// Level and filter belong to a database, slowms and sampleRate to the server, as in mongod. An operation that was fast
// while no database watches costs one comparison: dispatch calls `report` only when `slowMs` was exceeded or `isWatching`.

import type { Log } from "../log.ts";
import type { Predicate } from "../query/filter.ts";
import type { StorageEngine } from "../storage/engine.ts";
import { PROFILE_NAME } from "../storage/namespace.ts";
import { appendToProfile, profileCollection } from "../storage/profile_collection.ts";
import { type FinishedOperation, profileDocument, statementDocument } from "./profile_document.ts";
import { logSlowOperation } from "./slow_query.ts";

export type ProfileLevel = 0 | 1 | 2;

/** Which operations to report, instead of slowms and sampleRate. */
export interface ProfileFilter {
  /** As `profile` shows it. */
  readonly document: Uint8Array;
  readonly matches: Predicate;
}

/** What is set for one database. */
export interface DatabaseProfile {
  readonly level: ProfileLevel;
  readonly filter: ProfileFilter | undefined;
}

/** What the command line says. */
export interface ProfilerOptions {
  readonly level?: ProfileLevel | undefined;
  readonly slowMs?: number | undefined;
  readonly sampleRate?: number | undefined;
}

/** Operations of every collection are profiled but those on the cursors of lists. */
const NOT_PROFILED = /\.\$cmd\.list/;

export class Profiler {
  /** An operation that took longer is slow. */
  slowMs: number;
  /** The share of slow operations that is reported. */
  sampleRate: number;
  /** True when operations that are not slow may have to be reported. */
  isWatching = false;
  readonly #engine: StorageEngine;
  readonly #log: Log;
  readonly #default: DatabaseProfile;
  readonly #databases = new Map<string, DatabaseProfile>();

  constructor(engine: StorageEngine, log: Log, options: ProfilerOptions = {}) {
    this.#engine = engine;
    this.#log = log;
    this.slowMs = options.slowMs ?? 100;
    this.sampleRate = options.sampleRate ?? 1;
    this.#default = { level: options.level ?? 0, filter: undefined };
    this.isWatching = this.#default.level > 0;
  }

  settings(database: string): DatabaseProfile {
    return this.#databases.get(database) ?? this.#default;
  }

  level(database: string): ProfileLevel {
    return this.settings(database).level;
  }

  /** Changes a database's settings; with a level above 0 its `system.profile` is made when it is missing. */
  change(database: string, settings: DatabaseProfile): void {
    if (settings.level > 0) profileCollection(this.#engine, database);
    this.#databases.set(database, settings);
    this.#updateWatching();
  }

  /** A database is gone, and its settings with it. */
  forget(database: string): void {
    if (this.#databases.delete(database)) this.#updateWatching();
  }

  #updateWatching(): void {
    const all = [this.#default, ...this.#databases.values()];
    this.isWatching = all.some(({ level, filter }) => level > 0 || filter !== undefined);
  }

  /** Logs and profiles an operation that has ended, if it is worth it. `mayProfile`: it worked on a collection. */
  report(finished: FinishedOperation, mayProfile: boolean): void {
    try {
      this.#report(finished, mayProfile);
    } catch (error) {
      this.#log.warning("COMMAND", "an operation could not be profiled", {
        ns: finished.operation.namespace,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #report(finished: FinishedOperation, mayProfile: boolean): void {
    const { operation, tookMs } = finished;
    const { level, filter } = this.settings(finished.database);
    const document = filter === undefined && level === 0 ? undefined : profileDocument(finished);
    const isChosen = filter === undefined
      ? tookMs > this.slowMs && this.#sample()
      : isMatch(filter, document!);
    if (isChosen) logSlowOperation(this.#log, finished);
    if (level === 0 || !mayProfile || NOT_PROFILED.test(operation.namespace)) return;
    const { statements } = operation;
    if (statements === undefined || statements.length === 0) {
      if (level === 2 || isChosen) this.#write(finished.database, document!);
      return;
    }
    for (const note of statements) {
      const own = statementDocument(operation, note);
      const isOwnChosen = filter === undefined
        ? note.tookMs > this.slowMs && this.#sample()
        : isMatch(filter, own);
      if (level === 2 || isOwnChosen) this.#write(finished.database, own);
    }
  }

  #sample(): boolean {
    return this.sampleRate >= 1 || Math.random() < this.sampleRate;
  }

  #write(database: string, document: Uint8Array): void {
    const { catalog } = this.#engine;
    const collection = catalog.collection(`${database}.${PROFILE_NAME}`) ??
      profileCollection(this.#engine, database);
    appendToProfile(this.#engine, collection, document);
  }
}

/** A filter that fails on a document does not choose it: saying so for each operation would help nobody. */
function isMatch(filter: ProfileFilter, document: Uint8Array): boolean {
  try {
    return filter.matches(document, 0);
  } catch {
    return false;
  }
}

// Which of several plans is best? Decided by running them side by side, as mongod's multi-planner does.
//
// A trial works through its candidates in rounds until one has given 101 documents (or the limit) or has come to its end,
// or each has done max(10000, 0.3 x documents) works. The score is results per work, with small bonuses for plans without
// FETCH and without a blocking SORT, and a large one for having come to the end. TrialStream goes on with the winner's
// stream, what it gave in the trial first; the losers are closed. A plan from the cache is only watched: when it takes ten
// times the works it is known for, the trial is held after all.
// One `next()` takes one step of one candidate and hands back an empty batch: that is how deadlines and others get their turn.

import { copyToSlab } from "../bson/document_slab.ts";
import { readInt32 } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Collection } from "../storage/collection.ts";
import { Batch, BatchBuilder, EMPTY_BATCH } from "../stream/batch.ts";
import type { DocumentStream, NextBatch } from "../stream/document_stream.ts";
import { cacheDetails } from "./cache_details.ts";
import type { CandidatePlan, PlanChoice } from "./choice.ts";
import type { ChosenPlan } from "./choose.ts";
import { inputsOf, type PlanNode } from "./node.ts";
import { EVICTION_RATIO } from "./plan_cache.ts";
import { type RunOptions, runPlan } from "./run.ts";
import { summaryOf } from "./summary.ts";

/** How one candidate did: its tree with the statistics of the trial, and its score. */
export interface PlanTrial {
  readonly root: PlanNode;
  readonly score: number;
}

/** A plan that was decided on: `root` is a tree that has not run yet, `rejected` are the losers' trees as they ran. */
export interface DecidedPlan extends ChosenPlan {
  /** All candidates, the winner first; none when there was only one plan. */
  readonly trials: readonly PlanTrial[];
  /** True when the winner is what the plan cache would use. */
  readonly isCached: boolean;
}

export interface DecideOptions extends Omit<RunOptions, "collection"> {
  /** Called between slices of work: Operation.pause. */
  readonly pause?: (() => Promise<void> | undefined) | undefined;
}

/** What runs a tree of the choice. */
export type OptionsOf = (root: PlanNode) => RunOptions;

const ENOUGH_RESULTS = 101;
const MIN_WORKS = 10_000;
const DOCUMENTS_FRACTION = 0.3;
/** Works of the first round, and of each later one. */
const FIRST_ROUND_WORKS = 128;
const ROUND_WORKS = 512;

/** Opens a plan for its documents, deciding on it first where there are several. */
export function openChosen(plan: ChosenPlan, options: RunOptions): DocumentStream {
  return plan.choice === undefined
    ? runPlan(plan.root, options)
    : new TrialStream(plan.choice, () => options);
}

/**
 * Runs the trial of a plan's candidates to its decision; nothing is left open. The plan cache is neither asked nor told:
 * explain changes nothing.
 */
export async function decidePlan(
  plan: ChosenPlan,
  collection: Collection | undefined,
  options: DecideOptions,
): Promise<DecidedPlan> {
  const { choice } = plan;
  if (choice === undefined) return { ...plan, trials: [], isCached: false };
  const trial = new Trial(choice, () => ({ ...options, collection }));
  try {
    while (!(await trial.step())) await options.pause?.();
  } finally {
    trial.close();
  }
  const ranked = trial.ranked();
  const [winner] = ranked;
  const root = winner.candidate.build();
  return {
    root,
    rejected: ranked.slice(1).map((loser) => loser.root),
    summary: summaryOf(root),
    request: plan.request,
    indexFilterSet: choice.indexFilterSet,
    planCacheKey: choice.planCacheKey,
    trials: ranked.map((one) => ({ root: one.root, score: one.score })),
    isCached: choice.cached?.winner === winner.candidate.name,
  };
}

/** One candidate at work: a stream that remembers what it gave while it was tried. */
class Contestant implements DocumentStream {
  readonly root: PlanNode;
  readonly #stream: DocumentStream;
  /** Results given so far. */
  results = 0;
  isEnded = false;
  failure: CommandError | undefined;
  /** Set when the trial is over. */
  score = 0;
  #kept: Batch[] = [];
  /** The newest results, valid until the stream goes on. */
  #live: Batch | undefined;

  constructor(readonly candidate: CandidatePlan, optionsOf: OptionsOf) {
    this.root = candidate.build();
    this.#stream = runPlan(this.root, optionsOf(this.root));
    this.#stream.expect?.(FIRST_ROUND_WORKS);
  }

  get works(): number {
    return Math.max(scanWorks(this.root) + (hasSort(this.root) ? this.results : 0), this.results);
  }

  get isOver(): boolean {
    return this.isEnded || this.failure !== undefined;
  }

  /** The works it took to its end or to so many results; Infinity when it got to neither. */
  worksUntil(wanted: number): number {
    if (this.failure !== undefined) return Infinity;
    if (this.results >= wanted) return this.works * wanted / this.results;
    return this.isEnded ? this.works : Infinity;
  }

  /**
   * Its score where mongod's trial would have ended: the candidates there take single steps in turn, here batches, so what one
   * did beyond `decisiveWorks` must not count.
   */
  judge(decisiveWorks: number): void {
    if (this.failure !== undefined) return;
    const done = Math.max(this.works, 1);
    const works = Math.min(done, Math.max(decisiveWorks, 1));
    const bonus = Math.min(1 / (10 * works), 1e-4);
    let score = 1 + this.results / done + bonus;
    if (!hasStage(this.root, "FETCH") && !hasStage(this.root, "COLLSCAN")) score += bonus;
    if (!hasSort(this.root)) score += bonus;
    this.score = this.isEnded && done <= Math.max(decisiveWorks, 1) ? score + 1 : score;
  }

  /** Takes one batch from the stream and keeps it. */
  step(): void | Promise<void> {
    if (this.#live !== undefined) {
      this.#kept.push(copyOf(this.#live));
      this.#live = undefined;
    }
    if (this.#kept.length > 0) this.#stream.expect?.(ROUND_WORKS);
    try {
      const next = this.#stream.next();
      if (next instanceof Promise) {
        return next.then((batch) => this.#take(batch), (error) => this.#fail(error));
      }
      this.#take(next);
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(batch: Batch | null): void {
    if (batch === null) {
      this.isEnded = true;
    } else if (batch.count > 0) {
      this.results += batch.count;
      this.#live = batch;
    }
  }

  /** A sort that may not use the disk is out of the race; everything else ends the query. */
  #fail(error: unknown): void {
    if (
      !(error instanceof CommandError) ||
      error.code !== ErrorCode.QueryExceededMemoryLimitNoDiskUseAllowed
    ) throw error;
    this.failure = error;
    this.#stream.close();
  }

  /** After the trial: first what was kept, then the rest of the stream. */
  next(): NextBatch {
    const kept = this.#kept.shift();
    if (kept !== undefined) return kept;
    const live = this.#live;
    if (live !== undefined) {
      this.#live = undefined;
      return live;
    }
    return this.isEnded ? null : this.#stream.next();
  }

  close(): void {
    this.#kept = [];
    this.#live = undefined;
    this.isEnded = true;
    this.#stream.close();
  }
}

/** The candidates side by side. */
class Trial {
  readonly contestants: readonly Contestant[];
  readonly #wanted: number;
  readonly #maxWorks: number;
  #turn = 0;
  #roundWorks = FIRST_ROUND_WORKS;

  constructor(readonly choice: PlanChoice, optionsOf: OptionsOf) {
    const contestants: Contestant[] = [];
    this.contestants = contestants;
    try {
      const counting = (root: PlanNode): RunOptions => ({ ...optionsOf(root), counting: true });
      for (const one of choice.candidates) contestants.push(new Contestant(one, counting));
    } catch (error) {
      this.close();
      throw error;
    }
    this.#wanted = wantedResults(choice);
    const documents = optionsOf(contestants[0].root).collection?.count ?? 0;
    this.#maxWorks = Math.max(MIN_WORKS, DOCUMENTS_FRACTION * documents);
  }

  /** One step of one candidate; true when the trial is decided. */
  step(): boolean | Promise<boolean> {
    const contestant = this.#nextContestant();
    if (contestant === undefined) return true;
    const stepped = contestant.step();
    return stepped instanceof Promise ? stepped.then(() => false) : false;
  }

  /** Whose turn it is; undefined when all are through and it is decided. */
  #nextContestant(): Contestant | undefined {
    for (;;) {
      while (this.#turn < this.contestants.length) {
        const contestant = this.contestants[this.#turn];
        if (
          !contestant.isOver && contestant.results < this.#wanted &&
          contestant.works < this.#roundWorks
        ) return contestant;
        this.#turn++;
      }
      if (this.#isDecided()) return undefined;
      this.#turn = 0;
      this.#roundWorks = Math.min(this.#roundWorks + ROUND_WORKS, this.#maxWorks);
    }
  }

  #isDecided(): boolean {
    const { contestants } = this;
    if (this.#roundWorks >= this.#maxWorks) return true;
    return contestants.some((one) => one.isEnded || one.results >= this.#wanted) ||
      contestants.every((one) => one.isOver);
  }

  /** The best first; equal ones in their order of rank. Throws when all have failed. */
  ranked(): Contestant[] {
    for (const one of this.contestants) {
      // Whoever gave all that is asked for is at the end.
      if (this.choice.limit > 0 && one.results >= this.choice.limit) one.isEnded = true;
    }
    const decisive = Math.min(...this.contestants.map((one) => one.worksUntil(this.#wanted)));
    for (const one of this.contestants) one.judge(decisive);
    const ranked = [...this.contestants].sort((a, b) => b.score - a.score);
    if (ranked[0].failure !== undefined) throw ranked[0].failure;
    return ranked;
  }

  close(winner?: Contestant): void {
    for (const one of this.contestants) if (one !== winner) one.close();
  }
}

/** Documents of the winner of a trial, or of a cached plan as long as it does well. */
export class TrialStream implements DocumentStream {
  readonly #choice: PlanChoice;
  readonly #optionsOf: OptionsOf;
  readonly #onDecided: (() => void) | undefined;
  #cached: Contestant | undefined;
  #trial: Trial | undefined;
  #winner: DocumentStream | undefined;
  #isClosed = false;

  /** `onDecided` is called when the choice's root and summary are those of the winner. */
  constructor(choice: PlanChoice, optionsOf: OptionsOf, onDecided?: () => void) {
    this.#choice = choice;
    this.#optionsOf = optionsOf;
    this.#onDecided = onDecided;
    const { cachedCandidate, counts, place } = choice;
    if (cachedCandidate !== undefined) this.#cached = new Contestant(cachedCandidate, optionsOf);
    else this.#trial = new Trial(choice, optionsOf);
    if (counts === undefined || place === undefined) return;
    if (cachedCandidate !== undefined) counts.hits++;
    else counts.misses++;
  }

  next(): NextBatch {
    if (this.#winner !== undefined) return this.#winner.next();
    if (this.#isClosed) return null;
    if (this.#cached !== undefined) return this.#watch(this.#cached);
    const trial = this.#trial!;
    const isDecided = trial.step();
    if (isDecided instanceof Promise) {
      return isDecided.then((decided) => decided ? this.#crown(trial) : EMPTY_BATCH);
    }
    return isDecided ? this.#crown(trial) : EMPTY_BATCH;
  }

  #watch(cached: Contestant): NextBatch {
    const stepped = cached.step();
    if (stepped instanceof Promise) return stepped.then(() => this.#judge(cached));
    return this.#judge(cached);
  }

  /** Goes on with the cached plan, watches further, or holds the trial. */
  #judge(cached: Contestant): NextBatch {
    const choice = this.#choice;
    const limitWorks = EVICTION_RATIO * choice.cached!.works;
    const isFailed = cached.failure !== undefined;
    if (!isFailed && (cached.isEnded || cached.results >= wantedResults(choice))) {
      this.#cached = undefined;
      choice.decide(cached.candidate, cached.root);
      return this.#goOn(cached);
    }
    if (!isFailed && cached.works < limitWorks) return EMPTY_BATCH;
    cached.close();
    this.#cached = undefined;
    choice.place!.cache.deactivate(choice.place!.key);
    choice.isReplanned = true;
    if (choice.counts !== undefined) choice.counts.replanned++;
    this.#trial = new Trial(choice, this.#optionsOf);
    return EMPTY_BATCH;
  }

  #crown(trial: Trial): NextBatch {
    const ranked = trial.ranked();
    const [winner] = ranked;
    const { place } = this.#choice;
    place?.cache.note(place, {
      winner: winner.candidate.name,
      works: winner.works,
      details: () => cacheDetails(place.describe(), ranked, this.#choice.indexFilterSet),
    });
    trial.close(winner);
    this.#trial = undefined;
    this.#choice.decide(winner.candidate, winner.root, ranked.slice(1).map(({ root }) => root));
    return this.#goOn(winner);
  }

  #goOn(winner: Contestant): NextBatch {
    this.#winner = winner;
    this.#onDecided?.();
    return winner.next();
  }

  close(): void {
    this.#isClosed = true;
    this.#winner?.close();
    this.#cached?.close();
    this.#trial?.close();
    this.#cached = this.#trial = undefined;
  }
}

function wantedResults({ limit }: PlanChoice): number {
  return limit > 0 ? Math.min(limit, ENOUGH_RESULTS) : ENOUGH_RESULTS;
}

/** What the scans of a tree did: keys, records where no key led to them, and a step for each further seek and the end. */
function scanWorks(node: PlanNode): number {
  const { statistics } = node;
  switch (node.stage) {
    case "IXSCAN":
      return statistics.keysExamined + Math.max(statistics.seeks - 1, 0) +
        (statistics.isEof ? 1 : 0);
    case "COLLSCAN":
      return statistics.docsExamined + (statistics.isEof ? 1 : 0);
    default: {
      let works = 0;
      for (const input of inputsOf(node)) works += scanWorks(input);
      return works;
    }
  }
}

function hasStage(root: PlanNode, stage: PlanNode["stage"]): boolean {
  return root.stage === stage || inputsOf(root).some((input) => hasStage(input, stage));
}

function hasSort(root: PlanNode): boolean {
  return hasStage(root, "SORT");
}

/** A batch with memory of its own. */
function copyOf(batch: Batch): Batch {
  const { bytes, count, starts } = batch;
  // One document, the commonest answer of all, needs no buffer of its own.
  if (count === 1) {
    const start = starts[0];
    const document = copyToSlab(bytes, start, start + readInt32(bytes, start));
    return withCompanions(new Batch(document, Int32Array.of(0), 1), batch);
  }
  let length = 0;
  for (let i = 0; i < count; i++) length += readInt32(bytes, starts[i]);
  const builder = new BatchBuilder(count, length);
  for (let i = 0; i < count; i++) builder.append(bytes, starts[i]);
  return withCompanions(builder.take(), batch);
}

/** Copies what travels beside the documents. */
function withCompanions(copy: Batch, { count, indexKeys, recordIds, sortKeys }: Batch): Batch {
  copy.recordIds = recordIds?.slice(0, count);
  copy.sortKeys = sortKeys?.slice(0, count);
  copy.indexKeys = indexKeys?.slice(0, count);
  return copy;
}

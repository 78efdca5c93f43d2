// The simple ranking of candidates: equality first, then order, then range.
//
// The trial (trial.ts) decides by the data; this fixed rule says who is in front before it, who wins when two do equally
// well, and which plans are too far back to be tried at all. Compared in turn: a unique index with all fields fixed; more leading single-value fields; no
// SORT needed; more bounded fields; fewer conjuncts left to test on documents; a shorter key.

import type { Candidate } from "./candidates.ts";
import { isPoint } from "../index/interval.ts";

/** The best candidate first; equal ones keep their order. */
export function rankCandidates(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort(compareCandidates);
}

export function compareCandidates(a: Candidate, b: Candidate): number {
  return Number(isSingleDocument(b)) - Number(isSingleDocument(a)) ||
    b.bounds.pointFields - a.bounds.pointFields ||
    Number(b.sorted) - Number(a.sorted) ||
    b.bounds.boundedFields - a.bounds.boundedFields ||
    b.bounds.covered.size - a.bounds.covered.size ||
    singleValues(b) - singleValues(a) ||
    a.index.parts.length - b.index.parts.length;
}

/** True when at most one document can be in the bounds: no other plan can do better. */
export function isSingleDocument(candidate: Candidate): boolean {
  const { index, bounds } = candidate;
  return index.isUnique && bounds.pointFields === index.parts.length &&
    bounds.fields.every(({ intervals }) => intervals.length === 1);
}

/** Leading fields with exactly one value: narrower than an $in. */
function singleValues(candidate: Candidate): number {
  let count = 0;
  for (const { intervals } of candidate.bounds.fields) {
    if (intervals.length !== 1 || !isPoint(intervals[0])) break;
    count++;
  }
  return count;
}

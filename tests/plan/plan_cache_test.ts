import assert from "node:assert/strict";
import {
  type CacheDetails,
  type CacheKey,
  MAX_CACHE_ENTRIES,
  PlanCache,
  planCacheOf,
} from "../../src/plan/plan_cache.ts";
import { hashText } from "../../src/plan/query_shape.ts";
import { index } from "./fixture.ts";

const NO_DETAILS: CacheDetails = {
  createdFromQuery: new Uint8Array(5),
  cachedPlan: new Uint8Array(5),
  creationExecStats: [],
  scores: [],
  indexFilterSet: false,
  sizeBytes: 10,
};

function key(text: string): CacheKey {
  return { key: text, shape: text[0] };
}

function note(cache: PlanCache, text: string, winner: string, works: number): void {
  cache.note(key(text), { winner, works, details: () => NO_DETAILS });
}

function shown(cache: PlanCache, text: string): unknown[] {
  const entry = cache.get(text);
  return entry === undefined ? [] : [entry.winner, entry.works, entry.isActive];
}

Deno.test("an entry begins inactive and becomes active by a trial of no more works", () => {
  const cache = new PlanCache();
  note(cache, "q", "a", 10);
  assert.deepEqual(shown(cache, "q"), ["a", 10, false]);
  note(cache, "q", "b", 8);
  assert.deepEqual(shown(cache, "q"), ["b", 8, true]);
  note(cache, "q", "a", 9);
  assert.deepEqual(shown(cache, "q"), ["b", 8, true], "an active entry stays");
});

Deno.test("the works of a sleeping entry are doubled until a trial comes in below", () => {
  const cache = new PlanCache();
  note(cache, "q", "a", 10);
  note(cache, "q", "b", 35);
  assert.deepEqual(shown(cache, "q"), ["a", 20, false]);
  note(cache, "q", "b", 35);
  assert.deepEqual(shown(cache, "q"), ["a", 40, false]);
  note(cache, "q", "b", 35);
  assert.deepEqual(shown(cache, "q"), ["b", 35, true]);
  cache.deactivate("q");
  assert.deepEqual(shown(cache, "q"), ["b", 35, false]);
  cache.deactivate("unknown");
});

Deno.test("entries go alone, by shape, or all", () => {
  const cache = new PlanCache();
  for (const text of ["a1", "a2", "b1"]) note(cache, text, "x", 1);
  cache.clearShape(hashText("a"));
  assert.deepEqual(cache.entries().map((entry) => entry.key), ["b1"]);
  cache.clear();
  assert.equal(cache.size, 0);
});

Deno.test("the entry not used for longest goes first", () => {
  const cache = new PlanCache();
  for (let i = 0; i < MAX_CACHE_ENTRIES; i++) note(cache, `q${i}`, "x", 1);
  cache.get("q0");
  note(cache, "new", "x", 1);
  assert.equal(cache.size, MAX_CACHE_ENTRIES);
  assert.deepEqual(shown(cache, "q1"), []);
  assert.deepEqual(shown(cache, "q0"), ["x", 1, false]);
});

Deno.test("any change of the indexes forgets everything", () => {
  const a = index({ a: 1 });
  const b = index({ b: 1 });
  const changes: [string, ReturnType<typeof index>[]][] = [
    ["one more", [a, b, index({ c: 1 })]],
    ["one less", [a]],
    ["hidden", [a, { ...b, isUsable: false }]],
    ["multikey", [a, { ...b, multikeyParts: [1] }]],
    ["another in its place", [a, index({ b: 1 })]],
  ];
  for (const [what, changed] of changes) {
    const cache = new PlanCache();
    cache.follow([a, b]);
    note(cache, "q", "x", 1);
    cache.follow([a, b]);
    assert.equal(cache.size, 1);
    cache.follow(changed);
    assert.equal(cache.size, 0, what);
  }
});

Deno.test("a collection has one cache", () => {
  const collection = {};
  assert.equal(planCacheOf(collection), planCacheOf(collection));
  assert.notEqual(planCacheOf(collection), planCacheOf({}));
});

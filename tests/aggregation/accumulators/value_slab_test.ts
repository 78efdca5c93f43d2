import assert from "node:assert/strict";
import { ValueSlab } from "../../../src/aggregation/accumulators/value_slab.ts";
import { decode } from "../../../src/bson/decode.ts";
import { encodeValue } from "../../../src/bson/encode.ts";
import type { BsonValue } from "../../../src/bson/value.ts";

/** Chains of values, each with the addresses of its ends. */
function append(slab: ValueSlab, chain: { first: number; last: number }, value: BsonValue): void {
  const { bytes, type, at } = encodeValue(value);
  const address = slab.append(bytes, type, at);
  if (chain.first === 0) chain.first = address;
  else slab.link(chain.last, address);
  chain.last = address;
}

function values(slab: ValueSlab, first: number): BsonValue[] {
  const found: BsonValue[] = [];
  slab.some(first, (bytes, type, at) => {
    found.push(decode(bytes, type, at));
    return false;
  });
  return found;
}

Deno.test("many chains share a slab, over many chunks", () => {
  const slab = new ValueSlab();
  const chains = Array.from({ length: 50 }, () => ({ first: 0, last: 0 }));
  const expected: BsonValue[][] = chains.map(() => []);
  for (let i = 0; i < 20000; i++) {
    const value: BsonValue = i % 3 === 0 ? `text ${"y".repeat(i % 300)}` : i % 3 === 1 ? i : null;
    append(slab, chains[i % 50], value);
    expected[i % 50].push(value);
  }
  chains.forEach(({ first }, i) => assert.deepEqual(values(slab, first), expected[i]));
});

Deno.test("values larger than a chunk, and an end before the end", () => {
  const slab = new ValueSlab();
  const chain = { first: 0, last: 0 };
  const large = ["a".repeat(1500), "b".repeat(3_000_000), "c", "d".repeat(1_048_560)];
  for (const value of large) append(slab, chain, value);
  assert.deepEqual(values(slab, chain.first), large);
  let seen = 0;
  assert.equal(slab.some(chain.first, () => ++seen === 2), true);
  assert.equal(seen, 2);
  assert.equal(slab.some(0, () => true), false);
});

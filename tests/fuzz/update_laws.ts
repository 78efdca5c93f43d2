// Laws of updates, tried on generated documents and updates.
//
// - the result is valid BSON
// - top-level fields the update does not name keep their bytes and their order
// - $set and $unset applied a second time change nothing
// - all operators of an update at once give what they give one after the other, in the order of their paths
// - the difference of before and after, applied to before, gives after

import assert from "node:assert/strict";
import { Decimal128, Double, Long, serialize } from "bson";
import { CommandError } from "../../src/error.ts";
import { applyDiff, diffDocuments } from "../../src/bson/diff.ts";
import { cstringEnd, documentEnd, readText, valueEnd } from "../../src/bson/read.ts";
import { validateDocument } from "../../src/bson/validate.ts";
import { type CompiledUpdate, compileUpdate } from "../../src/write/update/compile_update.ts";
import { compareNames } from "../../src/write/update/update_path.ts";
import { Random } from "./generate.ts";

// deno-lint-ignore no-explicit-any
type Literal = any;
interface Step {
  readonly operator: string;
  readonly path: string;
  readonly argument: Literal;
}

const NAMES = ["a", "b", "c", "d", "0", "1", "10", "2", "é", "long_field_name"];
const SCALARS: readonly Literal[] = [
  0,
  1,
  -1,
  2147483647,
  1.5,
  NaN,
  null,
  true,
  "",
  "text",
  "ein längerer Text mit Umlauten",
  new Double(1),
  Long.fromString("9223372036854775807"),
  Long.fromNumber(5),
  Decimal128.fromString("1.10"),
  new Date(0),
];
const NUMBERS = [1, -3, 1.5, Long.fromNumber(7), Decimal128.fromString("0.1"), new Double(2)];

function randomValue(random: Random, depth: number): Literal {
  const kind = random.below(depth > 0 ? 4 : 2);
  if (kind < 2) return random.pick(SCALARS);
  if (kind === 2) {
    return Array.from({ length: random.below(5) }, () => randomValue(random, depth - 1));
  }
  return randomDocument(random, depth - 1, false);
}

function randomDocument(random: Random, depth: number, hasId: boolean): Map<string, Literal> {
  const document = new Map<string, Literal>();
  if (hasId) document.set("_id", 1);
  const count = random.below(6);
  for (let i = 0; i < count; i++) document.set(random.pick(NAMES), randomValue(random, depth));
  return document;
}

/** A path that often exists: it follows the document as long as it can. */
function randomPath(random: Random, document: Literal): string {
  const parts: string[] = [];
  let value = document;
  do {
    let part = random.pick(NAMES);
    if (value instanceof Map && value.size > 0 && random.next() < 0.8) {
      part = random.pick([...value.keys()]);
    } else if (Array.isArray(value) && random.next() < 0.8) {
      part = random.next() < 0.3 ? "$[]" : String(random.below(value.length + 2));
    }
    if (part === "_id") part = "a";
    parts.push(part);
    value = value instanceof Map
      ? value.get(part)
      : Array.isArray(value)
      ? value[part === "$[]" ? 0 : Number(part)]
      : undefined;
  } while (random.next() < 0.6 && parts.length < 4);
  return parts.join(".");
}

function randomStep(random: Random, document: Literal): Step {
  const path = randomPath(random, document);
  const operator = random.pick([
    "$set",
    "$set",
    "$unset",
    "$inc",
    "$mul",
    "$min",
    "$max",
    "$push",
    "$addToSet",
    "$pop",
    "$pull",
    "$pullAll",
    "$bit",
  ]);
  return { operator, path, argument: randomArgument(random, operator) };
}

function randomArgument(random: Random, operator: string): Literal {
  switch (operator) {
    case "$inc":
    case "$mul":
      return random.pick(NUMBERS);
    case "$pop":
      return random.pick([1, -1]);
    case "$pullAll":
      return [random.pick(SCALARS), random.pick(SCALARS)];
    case "$bit":
      return { xor: random.below(100) };
    case "$push":
      if (random.next() < 0.5) break;
      return {
        $each: Array.from({ length: random.below(3) }, () => random.pick(SCALARS)),
        ...(random.next() < 0.4 ? { $sort: random.pick([1, -1]) } : {}),
        ...(random.next() < 0.4 ? { $slice: random.below(7) - 3 } : {}),
        ...(random.next() < 0.4 ? { $position: random.below(7) - 3 } : {}),
      };
  }
  return randomValue(random, operator === "$pull" ? 0 : 2);
}

function encode(document: Literal): Uint8Array {
  return new Uint8Array(serialize(document));
}

function compileSteps(steps: readonly Step[]): CompiledUpdate {
  const update = new Map<string, Map<string, Literal>>();
  for (const { operator, path, argument } of steps) {
    let fields = update.get(operator);
    if (fields === undefined) update.set(operator, fields = new Map());
    fields.set(path, argument);
  }
  const bytes = encode({ u: update });
  return compileUpdate({ bytes, type: bytes[4], at: 7 }, { context: { now: 0n } });
}

/** The document after the update, or the code of the error. */
function run(update: CompiledUpdate, document: Uint8Array): Uint8Array | number {
  try {
    return update.apply(document, { arrayIndex: -1 }, false) ?? document;
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
}

/** Names and bytes of the top-level elements that are not among `changed`. */
function otherFields(document: Uint8Array, changed: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const end = documentEnd(document, 0) - 1;
  for (let at = 4; at < end;) {
    const nameEnd = cstringEnd(document, at + 1);
    const next = valueEnd(document, document[at], nameEnd + 1);
    const name = readText(document, at + 1, nameEnd);
    if (!changed.has(name)) found.push(`${name}=${document.subarray(at, next).join()}`);
    at = next;
  }
  return found;
}

function comparePaths(a: Step, b: Step): number {
  const left = a.path.split(".");
  const right = b.path.split(".");
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareNames(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function checkCase(random: Random): void {
  const literal = randomDocument(random, 3, true);
  const before = encode(literal);
  const byPath = new Map<string, Step>();
  for (let i = random.below(4); i >= 0; i--) {
    const step = randomStep(random, literal);
    byPath.set(step.path, step);
  }
  const steps = [...byPath.values()];
  let update: CompiledUpdate;
  try {
    update = compileSteps(steps);
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error));
    return;
  }
  const after = run(update, before);
  try {
    checkLaws(update, steps, before, after);
  } catch (error) {
    throw new Error(Deno.inspect({ literal, steps }, { depth: 12 }), { cause: error });
  }
}

function checkLaws(
  update: CompiledUpdate,
  steps: readonly Step[],
  before: Uint8Array,
  after: Uint8Array | number,
): void {
  checkSequence(steps, before, after);
  if (typeof after === "number") return;
  validateDocument(after, 0, after.length);
  assert.deepEqual(
    otherFields(after, update.changedFields!),
    otherFields(before, update.changedFields!),
  );
  if (steps.every(({ operator }) => operator === "$set" || operator === "$unset")) {
    assert.equal(update.apply(after, { arrayIndex: -1 }, false), null);
  }
  assert.deepEqual(applyDiff(before, diffDocuments(before, after)), after);
}

function checkSequence(
  steps: readonly Step[],
  before: Uint8Array,
  after: Uint8Array | number,
): void {
  let document: Uint8Array | number = before;
  for (const step of [...steps].sort(comparePaths)) {
    document = run(compileSteps([step]), document);
    if (typeof document === "number") break;
  }
  // "1" and "01" style conflicts are found only together.
  if (after === 40) return;
  assert.equal(typeof after, typeof document);
  if (typeof after !== "number") assert.deepEqual(document, after);
}

/** Tries the laws on `cases` generated updates; throws with the seed of the case that broke one. */
export function fuzzUpdates(seed: number, cases: number): void {
  for (let i = 0; i < cases; i++) {
    try {
      checkCase(new Random(seed + i));
    } catch (error) {
      throw new Error(`update law broken by seed ${seed + i}`, { cause: error });
    }
  }
}

// Combining compiled nodes: "and", "or" and "not" over predicates, the hot part of every collection scan.
//
// A node that looks at one top-level field is a FieldTest. The field tests of an "and" or "or" are answered together
// in one walk over the document's elements, which stops as soon as the answer is known; everything else (several
// levels of logic, $expr, schemas) is called after it. Only the first field of a name is seen, as in mongod.

import { findElement, readInt32, valueEnd } from "../bson/read.ts";
import type { CompiledNode, FieldTest, Predicate, ValueTest } from "./definition.ts";

/** All of the tests. */
export function every(tests: readonly ValueTest[]): ValueTest {
  if (tests.length === 1) return tests[0];
  if (tests.length === 2) {
    const [first, second] = tests;
    return (bytes, type, at) => first(bytes, type, at) && second(bytes, type, at);
  }
  return (bytes, type, at) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i](bytes, type, at)) return false;
    return true;
  };
}

/** Any of the tests. */
export function some(tests: readonly ValueTest[]): ValueTest {
  if (tests.length === 1) return tests[0];
  if (tests.length === 2) {
    const [first, second] = tests;
    return (bytes, type, at) => first(bytes, type, at) || second(bytes, type, at);
  }
  return (bytes, type, at) => {
    for (let i = 0; i < tests.length; i++) if (tests[i](bytes, type, at)) return true;
    return false;
  };
}

/** The node of one field's test. */
export function fieldNode(field: FieldTest): CompiledNode {
  const { name, test, whenMissing } = field;
  const skip = name.length + 2;
  return {
    field,
    matches: (bytes, start) => {
      const at = findElement(bytes, start, name);
      return at < 0 ? whenMissing : test(bytes, bytes[at], at + skip);
    },
  };
}

export function negation(node: CompiledNode): CompiledNode {
  const { field, matches } = node;
  if (field === undefined) return { matches: (bytes, start) => !matches(bytes, start) };
  const { test } = field;
  return fieldNode({
    name: field.name,
    test: (bytes, type, at) => !test(bytes, type, at),
    whenMissing: !field.whenMissing,
  });
}

/** The node that holds when all of `nodes` hold. */
export function conjunction(nodes: readonly CompiledNode[]): CompiledNode {
  if (nodes.length === 1) return nodes[0];
  const fields = mergeFields(nodes, true);
  const others = nodes.filter((node) => node.field === undefined).map((node) => node.matches);
  if (fields.length === 1 && others.length === 0) return fieldNode(fields[0]);
  const predicates = fields.length === 0 ? others : [walk(fields, true), ...others];
  return { matches: allOf(predicates) };
}

/** The node that holds when any of `nodes` holds. */
export function disjunction(nodes: readonly CompiledNode[]): CompiledNode {
  if (nodes.length === 1) return nodes[0];
  const fields = mergeFields(nodes, false);
  const others = nodes.filter((node) => node.field === undefined).map((node) => node.matches);
  if (fields.length === 1 && others.length === 0) return fieldNode(fields[0]);
  const predicates = fields.length === 0 ? others : [walk(fields, false), ...others];
  return { matches: anyOf(predicates) };
}

/** One test per field name. */
function mergeFields(nodes: readonly CompiledNode[], isConjunction: boolean): FieldTest[] {
  const groups = new Map<string, FieldTest[]>();
  for (const { field } of nodes) {
    if (field === undefined) continue;
    const key = field.name.join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [field]);
    else group.push(field);
  }
  return [...groups.values()].map((group) => {
    const tests = group.map((field) => field.test);
    return {
      name: group[0].name,
      test: isConjunction ? every(tests) : some(tests),
      whenMissing: isConjunction
        ? group.every((field) => field.whenMissing)
        : group.some((field) => field.whenMissing),
    };
  });
}

function allOf(predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 0) return () => true;
  if (predicates.length === 1) return predicates[0];
  if (predicates.length === 2) {
    const [first, second] = predicates;
    return (bytes, start) => first(bytes, start) && second(bytes, start);
  }
  return (bytes, start) => {
    for (let i = 0; i < predicates.length; i++) if (!predicates[i](bytes, start)) return false;
    return true;
  };
}

function anyOf(predicates: readonly Predicate[]): Predicate {
  if (predicates.length === 0) return () => false;
  if (predicates.length === 1) return predicates[0];
  if (predicates.length === 2) {
    const [first, second] = predicates;
    return (bytes, start) => first(bytes, start) || second(bytes, start);
  }
  return (bytes, start) => {
    for (let i = 0; i < predicates.length; i++) if (predicates[i](bytes, start)) return true;
    return false;
  };
}

/** Sizes of the values of fixed size by type byte, -1 for the others. */
const FIXED_SIZE = new Int8Array(256).fill(-1);
for (const type of [6, 10, 127, 255]) FIXED_SIZE[type] = 0;
for (const type of [1, 9, 17, 18]) FIXED_SIZE[type] = 8;
FIXED_SIZE[7] = 12;
FIXED_SIZE[8] = 1;
FIXED_SIZE[16] = 4;
FIXED_SIZE[19] = 16;

/** Fields beyond this many are split over several walks: one bit each marks those not seen yet. */
const MAXIMUM_FIELDS = 30;

/** One walk over the document for many fields: all of them must hold, or one of them is enough. */
function walk(fields: readonly FieldTest[], isConjunction: boolean): Predicate {
  if (fields.length === 1) return fieldNode(fields[0]).matches;
  if (fields.length > MAXIMUM_FIELDS) {
    const parts = [
      walk(fields.slice(0, MAXIMUM_FIELDS), isConjunction),
      walk(fields.slice(MAXIMUM_FIELDS), isConjunction),
    ];
    return isConjunction ? allOf(parts) : anyOf(parts);
  }
  const names = fields.map((field) => field.name);
  const tests = fields.map((field) => field.test);
  const count = fields.length;
  const all = 2 ** count - 1;
  // The fields whose absence decides the answer: false for an "and", true for an "or".
  let decidedByAbsence = 0;
  fields.forEach((field, i) => {
    if (field.whenMissing !== isConjunction) decidedByAbsence |= 1 << i;
  });
  return (bytes, start) => {
    const end = start + readInt32(bytes, start) - 1;
    let pending = all;
    let at = start + 4;
    while (at < end) {
      const type = bytes[at];
      const nameStart = at + 1;
      let nameEnd = nameStart;
      while (bytes[nameEnd] !== 0) nameEnd++;
      const value = nameEnd + 1;
      const length = nameEnd - nameStart;
      for (let i = 0; i < count; i++) {
        const name = names[i];
        if (name.length !== length || (pending & (1 << i)) === 0) continue;
        let same = 0;
        while (same < length && bytes[nameStart + same] === name[same]) same++;
        if (same < length) continue;
        if (tests[i](bytes, type, value) !== isConjunction) return !isConjunction;
        pending &= ~(1 << i);
        if (pending === 0) return isConjunction;
        break;
      }
      const size = FIXED_SIZE[type];
      if (size >= 0) at = value + size;
      else if (type === 2) at = value + 4 + readInt32(bytes, value);
      else at = valueEnd(bytes, type, value);
    }
    return (pending & decidedByAbsence) === 0 ? isConjunction : !isConjunction;
  };
}

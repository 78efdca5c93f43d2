import assert from "node:assert/strict";
import { nameBytes, readInt32 } from "../../src/bson/read.ts";
import {
  conjunction,
  disjunction,
  every,
  fieldNode,
  negation,
  some,
} from "../../src/query/node_combination.ts";
import { bson } from "./table.ts";

const is = (name: string, wanted: number, whenMissing = false) =>
  fieldNode({
    name: nameBytes(name),
    test: (bytes, type, at) => type === 16 && readInt32(bytes, at) === wanted,
    whenMissing,
  });
const whole = (answer: boolean) => ({ matches: () => answer });

Deno.test("and, or and not of field tests and predicates", () => {
  const document = bson({ a: 1, b: 2, c: 3 });
  const cases: [boolean, boolean][] = [
    [conjunction([is("a", 1), is("b", 2)]).matches(document, 0), true],
    [conjunction([is("a", 1), is("x", 2)]).matches(document, 0), false],
    [conjunction([is("a", 1), is("x", 2, true)]).matches(document, 0), true],
    [conjunction([is("a", 1), is("a", 2)]).matches(document, 0), false],
    [conjunction([is("a", 1), whole(false)]).matches(document, 0), false],
    [conjunction([is("a", 1), is("b", 2), whole(true), whole(true)]).matches(document, 0), true],
    [disjunction([is("a", 9), is("b", 2)]).matches(document, 0), true],
    [disjunction([is("a", 9), is("b", 9)]).matches(document, 0), false],
    [disjunction([is("a", 9), is("x", 9, true)]).matches(document, 0), true],
    [disjunction([is("a", 9), whole(true)]).matches(document, 0), true],
    [negation(is("a", 1)).matches(document, 0), false],
    [negation(is("x", 1)).matches(document, 0), true],
    [negation(whole(true)).matches(document, 0), false],
  ];
  cases.forEach(([found, expected], i) => assert.equal(found, expected, `case ${i}`));
});

Deno.test("tests of one field stay one field test", () => {
  assert(conjunction([is("a", 1), is("a", 1)]).field !== undefined);
  assert(disjunction([is("a", 1), is("a", 2)]).field !== undefined);
  assert(conjunction([is("a", 1), is("b", 1)]).field === undefined);
  assert.equal(negation(is("a", 1)).field?.whenMissing, true);
});

Deno.test("every and some of value tests", () => {
  const yes = () => true, no = () => false;
  const bytes = new Uint8Array(0);
  assert.equal(every([yes, yes, no])(bytes, 0, 0), false);
  assert.equal(every([])(bytes, 0, 0), true);
  assert.equal(some([no, no, yes])(bytes, 0, 0), true);
  assert.equal(some([])(bytes, 0, 0), false);
});

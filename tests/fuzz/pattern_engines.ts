// Generated patterns on short texts: our own matcher against V8 running the translation of the same tree.

import assert from "node:assert/strict";
import { search } from "../../src/expression/regex/backtracker.ts";
import { PatternParser } from "../../src/expression/regex/parse.ts";
import { compileProgram } from "../../src/expression/regex/program.ts";
import { toJavaScript } from "../../src/expression/regex/to_javascript.ts";

const ATOMS = [
  "a",
  "b",
  ".",
  "[ab]",
  "[^a]",
  "^",
  "$",
  "\\b",
  "\\w",
  "(?i:A)",
  "(?=a)",
  "(?<!b)",
  "(?<=a)",
];
const QUANTIFIERS = ["", "", "", "*", "+", "?", "{1,2}", "*?", "+?", "++", "*+", "{2}"];
const GROUPS = ["(", "(?:", "(?>"];
const CHARACTERS = ["a", "b", "c", "\n", "é", "😀"];

/** Throws on the first pattern and text where the two disagree. */
export function fuzzPatternEngines(seed: number, cases: number): void {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
  const makePattern = (depth: number): string => {
    let text = "";
    for (let i = 0; i <= below(3); i++) {
      const atom = depth > 0 && below(3) === 0
        ? `${GROUPS[below(3)]}${makePattern(depth - 1)})`
        : ATOMS[below(ATOMS.length)];
      text += atom + QUANTIFIERS[below(QUANTIFIERS.length)];
    }
    return below(4) === 0 ? `${text}|${ATOMS[below(5)]}` : text;
  };
  for (let i = 0; i < cases; i++) {
    const text = makePattern(2);
    const { root, groups } = new PatternParser(text, "").parse();
    const source = toJavaScript(root);
    if (source === undefined) continue;
    const native = new RegExp(source, "u");
    const program = compileProgram(root, groups);
    for (let j = 0; j < 5; j++) {
      let subject = "";
      for (let k = below(7); k > 0; k--) subject += CHARACTERS[below(CHARACTERS.length)];
      assert.equal(
        search(program, subject),
        native.test(subject),
        `seed ${seed} case ${i}: /${text}/ on ${JSON.stringify(subject)}`,
      );
    }
  }
}

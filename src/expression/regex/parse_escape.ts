// Escapes outside classes: sets, assertions, back references, calls of groups, single characters.

import { setOf, VERTICAL_SPACE } from "./char_set.ts";
import { characterEscape, setEscape, take } from "./escape.ts";
import type { GroupParser } from "./parse_group.ts";
import type { ParserState } from "./parser_state.ts";
import { EMPTY, invalidPattern, type PatternNode } from "./syntax.ts";

const ASSERTIONS: ReadonlyMap<string, PatternNode> = new Map([
  ["A", { type: "assertion", assertion: "textStart" }],
  ["B", { type: "assertion", assertion: "notWordBoundary" }],
  // The search always starts at the text's start.
  ["G", { type: "assertion", assertion: "textStart" }],
  ["Z", { type: "assertion", assertion: "textEndOrFinalNewline" }],
  ["b", { type: "assertion", assertion: "wordBoundary" }],
  ["z", { type: "assertion", assertion: "textEnd" }],
]);

/** `\R`: any line end, never split between CR and LF. */
const LINE_END: PatternNode = {
  type: "atomic",
  child: {
    type: "alternation",
    branches: [
      {
        type: "sequence",
        items: [
          { type: "set", set: setOf([[13, 13]]) },
          { type: "set", set: setOf([[10, 10]]) },
        ],
      },
      { type: "set", set: setOf(VERTICAL_SPACE) },
    ],
  },
};

/** The node of an escape; the cursor stands behind the backslash. */
export function parseEscape(
  parser: ParserState,
  groups: GroupParser,
): PatternNode | undefined {
  const code = parser.text.codePointAt(parser.at);
  if (code === undefined) throw invalidPattern("\\ at end of pattern");
  const letter = String.fromCodePoint(code);
  parser.at += letter.length;
  const assertion = ASSERTIONS.get(letter);
  if (assertion !== undefined) {
    if (parser.isUnicode && (letter === "b" || letter === "B")) {
      throw invalidPattern(`\\${letter} with (*UCP) is not supported`);
    }
    return assertion;
  }
  switch (letter) {
    case "E":
      return undefined;
    case "K":
      // Where the match starts makes no difference to whether there is one.
      return EMPTY;
    case "R":
      return LINE_END;
    case "C":
    case "X":
      throw invalidPattern(`\\${letter} is not supported`);
    case "g":
      return groupEscape(parser, groups);
    case "k":
      return namedReference(parser);
  }
  if (/[1-9]/.test(letter)) return numericEscape(parser);
  const set = setEscape(letter, parser, parser.isUnicode);
  if (set !== undefined) return { type: "set", set: { ...set, negated: false } };
  const character = characterEscape(letter, parser);
  if (character !== undefined) return parser.character(character);
  if (/[A-Za-z]/.test(letter)) throw invalidPattern("unrecognized character follows \\");
  return parser.character(code);
}

/** `\1` to `\9` are references; a longer number is one when there are as many groups, else octal. */
function numericEscape(parser: ParserState): PatternNode {
  parser.at--;
  const digits = take(parser, /[0-9]{1,5}/y);
  const number = Number(digits);
  if (number < 10 || number <= parser.totalGroups) return reference(parser, [number]);
  if (/^[89]/.test(digits)) {
    throw invalidPattern("reference to non-existent subpattern");
  }
  parser.at -= digits.length;
  return parser.character(parseInt(take(parser, /[0-7]{1,3}/y), 8));
}

function reference(parser: ParserState, indexes: readonly number[]): PatternNode {
  parser.highestReference = Math.max(parser.highestReference, ...indexes);
  return { type: "backReference", indexes, fold: parser.modes.fold };
}

/** `\k<name>`, `\k'name'`, `\k{name}`. */
function namedReference(parser: ParserState): PatternNode {
  const name = take(parser, /<\w+>|'\w+'|\{\w+\}/y).slice(1, -1);
  if (name === "") {
    throw invalidPattern(
      "\\k is not followed by a braced, angle-bracketed, or quoted name",
    );
  }
  return { type: "backReference", indexes: parser.groupsNamed(name), fold: parser.modes.fold };
}

/** `\g1`, `\g{-1}`, `\g{name}` are references; `\g<1>` and `\g'name'` call the group. */
function groupEscape(parser: ParserState, groups: GroupParser): PatternNode {
  const call = take(parser, /<[^>]+>|'[^']+'/y).slice(1, -1);
  if (call !== "") return groups.call(call);
  const text = take(parser, /[-+]?[0-9]+|\{[^}]+\}/y).replace(/^\{\s*|\s*\}$/g, "");
  if (text === "") {
    throw invalidPattern("a numbered reference must not be zero");
  }
  if (!/^[-+]?[0-9]+$/.test(text)) {
    return { type: "backReference", indexes: parser.groupsNamed(text), fold: parser.modes.fold };
  }
  return reference(parser, [groups.groupNumber(text)]);
}

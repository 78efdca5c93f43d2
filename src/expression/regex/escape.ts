// Escapes of a pattern: what `\` and the letters behind it mean, inside and outside a class.

import {
  type CodeRange,
  complementRanges,
  DIGIT,
  HORIZONTAL_SPACE,
  NEWLINE,
  SPACE,
  VERTICAL_SPACE,
  WORD,
} from "./char_set.ts";
import { invalidPattern } from "./syntax.ts";

/** The characters of an escape that stands for a set. */
export interface EscapedSet {
  readonly ranges: readonly CodeRange[];
  readonly properties: readonly string[];
}

/** A position in a pattern's text. */
export interface Cursor {
  readonly text: string;
  at: number;
}

const CLASSES: ReadonlyMap<string, readonly CodeRange[]> = new Map([
  ["d", DIGIT],
  ["h", HORIZONTAL_SPACE],
  ["s", SPACE],
  ["v", VERTICAL_SPACE],
  ["w", WORD],
]);

/** Unicode's versions of the classes, for patterns that begin with (*UCP). */
const UNICODE_CLASSES: ReadonlyMap<string, EscapedSet> = new Map([
  ["d", { ranges: [], properties: ["\\p{Nd}"] }],
  ["s", { ranges: [[9, 13], [0x85, 0x85]], properties: ["\\p{Z}"] }],
  ["w", { ranges: [[0x5f, 0x5f]], properties: ["\\p{L}", "\\p{N}", "\\p{Mn}", "\\p{Pc}"] }],
]);

/** The set of `\d \D \w \W \s \S \h \H \v \V \N \p{..} \P{..}`, the cursor behind the letter; undefined for others. */
export function setEscape(
  letter: string,
  cursor: Cursor,
  isUnicode: boolean,
): EscapedSet | undefined {
  if (letter === "p" || letter === "P") return property(letter === "P", cursor);
  if (letter === "N") {
    if (cursor.text[cursor.at] === "{") throw invalidPattern("\\N{name} is not supported");
    return { ranges: complementRanges(NEWLINE), properties: [] };
  }
  const lower = letter.toLowerCase();
  const ranges = CLASSES.get(lower);
  if (ranges === undefined) return undefined;
  const unicode = isUnicode ? UNICODE_CLASSES.get(lower) : undefined;
  if (unicode !== undefined) {
    if (letter === lower) return unicode;
    throw invalidPattern(`\\${letter} with (*UCP) is not supported`);
  }
  return { ranges: letter === lower ? ranges : complementRanges(ranges), properties: [] };
}

const GENERAL_CATEGORY = /^(?:C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
const OWN_PROPERTIES: ReadonlyMap<string, EscapedSet> = new Map([
  ["Any", { ranges: [[0, 0x10ffff]], properties: [] }],
  ["L&", { ranges: [], properties: ["\\p{Lu}", "\\p{Ll}", "\\p{Lt}"] }],
  ["Xan", { ranges: [], properties: ["\\p{L}", "\\p{N}"] }],
  ["Xwd", { ranges: [[0x5f, 0x5f]], properties: ["\\p{L}", "\\p{N}"] }],
  ["Xsp", { ranges: [[9, 13], [0x85, 0x85]], properties: ["\\p{Z}"] }],
  ["Xps", { ranges: [[9, 13], [0x85, 0x85]], properties: ["\\p{Z}"] }],
]);

function property(isNegated: boolean, cursor: Cursor): EscapedSet {
  let name = cursor.text[cursor.at++] ?? "";
  if (name === "{") {
    const end = cursor.text.indexOf("}", cursor.at);
    if (end < 0) throw invalidPattern("malformed \\P or \\p sequence");
    name = cursor.text.slice(cursor.at, end);
    cursor.at = end + 1;
  }
  if (name.startsWith("^")) {
    isNegated = !isNegated;
    name = name.slice(1);
  }
  const own = OWN_PROPERTIES.get(name);
  if (own !== undefined) {
    if (!isNegated) return own;
    if (own.properties.length === 0) {
      return { ranges: complementRanges(own.ranges), properties: [] };
    }
    throw invalidPattern(`\\P{${name}} is not supported`);
  }
  const letter = isNegated ? "P" : "p";
  const spellings = GENERAL_CATEGORY.test(name)
    ? [`\\${letter}{${name}}`]
    : [`\\${letter}{Script_Extensions=${name}}`, `\\${letter}{${name}}`];
  for (const spelling of spellings) {
    if (isSupported(spelling)) return { ranges: [], properties: [spelling] };
  }
  throw invalidPattern("unknown property after \\P or \\p");
}

function isSupported(spelling: string): boolean {
  try {
    new RegExp(spelling, "u");
    return true;
  } catch {
    return false;
  }
}

const CONTROL: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["e", 27],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
]);

/** The code of an escape for one character, the cursor behind the letter; undefined when it is none. */
export function characterEscape(letter: string, cursor: Cursor): number | undefined {
  const control = CONTROL.get(letter);
  if (control !== undefined) return control;
  switch (letter) {
    case "0":
      return parseInt("0" + take(cursor, /[0-7]{0,2}/y), 8);
    case "o":
      return braced(cursor, 8, "\\o");
    case "x":
      return cursor.text[cursor.at] === "{"
        ? braced(cursor, 16, "\\x{}")
        : parseInt("0" + take(cursor, /[0-9A-Fa-f]{0,2}/y), 16);
    case "c": {
      const code = cursor.text.charCodeAt(cursor.at++);
      if (!(code >= 32 && code <= 126)) {
        throw invalidPattern("\\c must be followed by a printable ASCII character");
      }
      return String.fromCharCode(code).toUpperCase().charCodeAt(0) ^ 64;
    }
  }
  return undefined;
}

function braced(cursor: Cursor, radix: number, what: string): number {
  const body = take(cursor, /\{\s*([0-9A-Fa-f]+)\s*\}/y).slice(1, -1).trim();
  const code = /^[0-7]+$/.test(body) || (radix === 16 && body !== "") ? parseInt(body, radix) : NaN;
  if (Number.isNaN(code)) throw invalidPattern(`non-hex or non-octal character in ${what}`);
  if (code > 0x10ffff) {
    throw invalidPattern("character code point value in \\x{} or \\o{} is too large");
  }
  return code;
}

/** The text a sticky expression matches at the cursor, which moves behind it. */
export function take(cursor: Cursor, expression: RegExp): string {
  expression.lastIndex = cursor.at;
  const found = expression.exec(cursor.text)?.[0] ?? "";
  cursor.at += found.length;
  return found;
}

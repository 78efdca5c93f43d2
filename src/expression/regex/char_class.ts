// Classes in brackets: `[a-z]`, `[^\d_]`, `[[:alpha:]]`.

import {
  type CharSet,
  type CodeRange,
  complementRanges,
  foldRanges,
  normalizeRanges,
  POSIX_CLASSES,
} from "./char_set.ts";
import { characterEscape, type Cursor, type EscapedSet, setEscape } from "./escape.ts";
import { invalidPattern } from "./syntax.ts";

export interface ClassOptions {
  readonly fold: boolean;
  readonly isUnicode: boolean;
  /** `xx`: blanks inside classes are ignored. */
  readonly skipsBlanks: boolean;
}

/** Parses a class; the cursor stands behind its `[`. */
export function parseClass(cursor: Cursor, options: ClassOptions): CharSet {
  const { text } = cursor;
  const negated = text[cursor.at] === "^";
  if (negated) cursor.at++;
  // Characters that case folding applies to, and sets it does not.
  const written: CodeRange[] = [];
  const sets: CodeRange[] = [];
  const properties: string[] = [];
  let isFirst = true;
  for (;;) {
    if (cursor.at >= text.length) {
      throw invalidPattern("missing terminating ] for character class");
    }
    if (text[cursor.at] === "]" && !isFirst) break;
    isFirst = false;
    if (options.skipsBlanks && /[ \t]/.test(text[cursor.at])) {
      cursor.at++;
      continue;
    }
    const item = classItem(cursor, options);
    if (item === undefined) continue;
    if (typeof item !== "number") {
      sets.push(...item.ranges);
      properties.push(...item.properties);
      continue;
    }
    written.push([item, rangeEnd(item, cursor, options)]);
  }
  cursor.at++;
  const letters = options.fold ? foldRanges(written) : written;
  const ranges = normalizeRanges([...letters, ...sets]);
  if (properties.length > 0) return { ranges, properties, negated };
  return { ranges: negated ? complementRanges(ranges) : ranges, properties: [], negated: false };
}

/** The last code of a range that starts with `first`; `first` itself when no range follows. */
function rangeEnd(first: number, cursor: Cursor, options: ClassOptions): number {
  const { text } = cursor;
  if (text[cursor.at] !== "-" || text[cursor.at + 1] === "]" || cursor.at + 1 >= text.length) {
    return first;
  }
  cursor.at++;
  const last = classItem(cursor, options);
  if (typeof last !== "number") throw invalidPattern("invalid range in character class");
  if (last < first) throw invalidPattern("range out of order in character class");
  return last;
}

/** One character or set of a class; undefined for an escape that stands for nothing. */
function classItem(cursor: Cursor, options: ClassOptions): number | EscapedSet | undefined {
  const { text } = cursor;
  if (text[cursor.at] === "[" && /[:.=]/.test(text[cursor.at + 1] ?? "")) {
    const posix = posixClass(cursor);
    if (posix !== undefined) return posix;
  }
  const code = text.codePointAt(cursor.at)!;
  cursor.at += code > 0xffff ? 2 : 1;
  return code === 0x5c ? classEscape(cursor, options) : code;
}

function posixClass(cursor: Cursor): EscapedSet | undefined {
  const found = /\[([:.=])(\^?)([a-zA-Z<>]*)\1\]/y;
  found.lastIndex = cursor.at;
  const parts = found.exec(cursor.text);
  if (parts === null) return undefined;
  if (parts[1] !== ":") throw invalidPattern("POSIX collating elements are not supported");
  const ranges = POSIX_CLASSES.get(parts[3]);
  if (ranges === undefined) throw invalidPattern("unknown POSIX class name");
  cursor.at += parts[0].length;
  return { ranges: parts[2] === "" ? ranges : complementRanges(ranges), properties: [] };
}

function classEscape(cursor: Cursor, options: ClassOptions): number | EscapedSet | undefined {
  const letter = cursor.text[cursor.at] ?? "";
  if (letter === "") throw invalidPattern("\\ at end of pattern");
  const code = cursor.text.codePointAt(cursor.at)!;
  cursor.at += code > 0xffff ? 2 : 1;
  if (letter === "b") return 8;
  if (letter === "E") return undefined;
  if (letter === "Q") return quotedInClass(cursor);
  if (/[1-7]/.test(letter)) {
    const digits = /[0-7]{1,3}/y;
    digits.lastIndex = cursor.at - 1;
    const found = digits.exec(cursor.text)![0];
    cursor.at += found.length - 1;
    return parseInt(found, 8);
  }
  const set = letter === "N" ? undefined : setEscape(letter, cursor, options.isUnicode);
  if (set !== undefined) return set;
  const character = characterEscape(letter, cursor);
  if (character !== undefined) return character;
  if (/[A-Za-z]/.test(letter)) {
    throw invalidPattern(`unrecognized character follows \\`);
  }
  return code;
}

/** `\Q...\E` inside a class, as a set of its characters. */
function quotedInClass(cursor: Cursor): EscapedSet {
  const end = cursor.text.indexOf("\\E", cursor.at);
  const stop = end < 0 ? cursor.text.length : end;
  const ranges: CodeRange[] = [];
  for (const character of cursor.text.slice(cursor.at, stop)) {
    const code = character.codePointAt(0)!;
    ranges.push([code, code]);
  }
  cursor.at = end < 0 ? stop : end + 2;
  return { ranges, properties: [] };
}

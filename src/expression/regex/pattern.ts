// Chooses who runs a pattern: V8 where it is certain to be quick on a text of that length, else our own matcher.
//
// `compilePattern` answers whether a text matches, `compileSearch` where and with which captures. Captures always come from
// our own matcher: JavaScript forgets a group's text when the loop around it goes on, PCRE2 does not.

import { backtrackingDegree } from "./backtracking_risk.ts";
import { codePoints, Machine, search, type Span } from "./backtracker.ts";
import { type ParsedPattern, PatternParser } from "./parse.ts";
import { compileProgram, type Program } from "./program.ts";
import { toJavaScript } from "./to_javascript.ts";

export type TextTest = (text: string) => boolean;

/** One match; offsets count UTF-16 units. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** The text of each group; null where the group took no part. */
  readonly captures: readonly (string | null)[];
}

/** Looks for a pattern in one text, from a given offset on; characters before it can still be looked behind at. */
export type MatchFinder = (from: number) => PatternMatch | undefined;

/** A pattern that tells where it matches. */
export interface PatternSearch {
  /** Groups that capture. */
  readonly groups: number;
  in(text: string): MatchFinder;
}

/** Steps V8 may take in the worst case: some tens of milliseconds. */
const V8_STEPS = 20_000_000;
const NO_CAPTURES: readonly null[] = [];

/** The test of a PCRE2 pattern; throws 51091 when the pattern is not valid or not supported. */
export function compilePattern(
  source: string,
  flags: string,
  checkInterrupt?: () => void,
): TextTest {
  const parsed = new PatternParser(source, flags).parse();
  const { root, groups } = parsed;
  const { native, longest } = nativeRegex(parsed, source, "u");
  let program: Program | undefined;
  const ownSearch = (text: string): boolean => {
    program ??= compileProgram(root, groups);
    return search(program, text, checkInterrupt);
  };
  if (native === undefined) {
    // Compiled now, so that a pattern that is too large is refused at once.
    program = compileProgram(root, groups);
    return ownSearch;
  }
  return (text) => text.length <= longest ? native.test(text) : ownSearch(text);
}

/** The search of a PCRE2 pattern; throws as `compilePattern` does. */
export function compileSearch(
  source: string,
  flags: string,
  checkInterrupt?: () => void,
): PatternSearch {
  const parsed = new PatternParser(source, flags).parse();
  const { groups } = parsed;
  const { native, longest } = nativeRegex(parsed, source, "gu");
  const program = compileProgram(parsed.root, groups);
  return {
    groups,
    in(text: string): MatchFinder {
      const quick = text.length <= longest ? native : undefined;
      if (quick !== undefined && groups === 0) return (from) => nativeMatch(quick, text, from);
      return ownFinder(program, groups, text, quick, checkInterrupt);
    },
  };
}

interface NativePattern {
  /** V8's expression; undefined when there is none, V8 finds it too large or could run for long on any text. */
  readonly native: RegExp | undefined;
  /** The longest text to use it on. */
  readonly longest: number;
}

function nativeRegex(
  { root, sharesGroups }: ParsedPattern,
  source: string,
  flags: "u" | "gu",
): NativePattern {
  const degree = backtrackingDegree(root);
  if (sharesGroups || degree === Infinity) return { native: undefined, longest: 0 };
  // Constant factors count too: each position costs about as many steps as the pattern has characters.
  const longest = degree === 0 ? Infinity : (V8_STEPS / source.length) ** (1 / degree);
  const translated = toJavaScript(root, flags === "gu");
  if (translated === undefined) return { native: undefined, longest: 0 };
  try {
    const native = new RegExp(translated, flags);
    // V8 compiles on first use, which is when it notices.
    native.test("");
    return { native, longest };
  } catch {
    return { native: undefined, longest: 0 };
  }
}

function nativeMatch(native: RegExp, text: string, from: number): PatternMatch | undefined {
  native.lastIndex = from;
  const found = native.exec(text);
  if (found === null) return undefined;
  return { start: found.index, end: found.index + found[0].length, captures: NO_CAPTURES };
}

/** Our own matcher; V8, where it may, finds the start of a match. */
function ownFinder(
  program: Program,
  groups: number,
  text: string,
  quick: RegExp | undefined,
  checkInterrupt: (() => void) | undefined,
): MatchFinder {
  const codes = codePoints(text);
  const offsets = codes.length === text.length ? undefined : unitOffsets(codes);
  const unit = (code: number): number => offsets === undefined ? code : offsets[code];
  const machine = new Machine(program, codes, checkInterrupt);
  const slice = (span: Span): string => text.slice(unit(span.start), unit(span.end));
  return (from) => {
    let start = from;
    if (quick !== undefined) {
      const found = nativeMatch(quick, text, from);
      if (found === undefined) return undefined;
      start = found.start;
    }
    const code = offsets === undefined ? start : indexOfOffset(offsets, start);
    const span = quick === undefined ? machine.find(code) : machine.matchAt(code);
    if (span === undefined) return undefined;
    const captures = Array.from({ length: groups }, (_, i) => {
      const capture = machine.capture(i + 1);
      return capture === undefined ? null : slice(capture);
    });
    return { start: unit(span.start), end: unit(span.end), captures };
  };
}

/** Where each code point starts in UTF-16 units, and the end. */
function unitOffsets(codes: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(codes.length + 1);
  for (let i = 0; i < codes.length; i++) offsets[i + 1] = offsets[i] + (codes[i] > 0xffff ? 2 : 1);
  return offsets;
}

/** The code point that starts at or after an offset. */
function indexOfOffset(offsets: Uint32Array, offset: number): number {
  let low = 0, high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

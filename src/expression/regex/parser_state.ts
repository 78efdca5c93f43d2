// What the parts of the pattern parser (parse.ts, parse_group.ts, parse_escape.ts) share.

import type { Cursor } from "./escape.ts";
import type { PatternNode } from "./syntax.ts";

/** Flags that are in force at a place of the pattern. */
export interface Modes {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  /** 1: x, 2: xx. */
  readonly extended: number;
  /** Quantifiers are lazy unless a `?` follows. */
  readonly lazyByDefault: boolean;
  /** Plain parentheses do not capture. */
  readonly noCapture: boolean;
}

export interface ParserState extends Cursor {
  modes: Modes;
  readonly isUnicode: boolean;
  readonly nesting: number;
  /** Groups seen so far. */
  groups: number;
  sharesGroups: boolean;
  /** All groups of the pattern, counted in advance: `\12` is a reference when there are as many. */
  readonly totalGroups: number;
  /** The highest group number that something refers to. */
  highestReference: number;
  readonly groupNodes: Map<number, PatternNode>;
  /** Branches up to a closing parenthesis or the end. */
  alternation(): PatternNode;
  /** The node of a literal character. */
  character(code: number): PatternNode;
  /** The numbers of the groups of a name; filled while parsing goes on. */
  groupsNamed(name: string): number[];
  /** The lookbehind's body must have a greatest length. */
  checkLookbehind(child: PatternNode): void;
}

// The tree of a parsed pattern, and the error of one that is not valid.
//
// Flags are gone after parsing: case folding has become sets of characters, `.` a set, `^` and `$` the assertion meant.

import { CommandError } from "../../error.ts";
import type { CharSet } from "./char_set.ts";

export type Assertion =
  | "textStart"
  | "textEnd"
  | "textEndOrFinalNewline"
  | "lineStart"
  | "lineEnd"
  | "wordBoundary"
  | "notWordBoundary";

export type PatternNode =
  | { readonly type: "empty" }
  | { readonly type: "fail" }
  | { readonly type: "set"; readonly set: CharSet }
  | { readonly type: "assertion"; readonly assertion: Assertion }
  | { readonly type: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly type: "alternation"; readonly branches: readonly PatternNode[] }
  | { readonly type: "group"; readonly child: PatternNode; readonly index: number }
  | { readonly type: "atomic"; readonly child: PatternNode }
  | {
    readonly type: "repeat";
    readonly child: PatternNode;
    readonly min: number;
    /** Infinity without a limit. */
    readonly max: number;
    readonly mode: "greedy" | "lazy" | "possessive";
  }
  | {
    readonly type: "look";
    readonly child: PatternNode;
    readonly behind: boolean;
    readonly negated: boolean;
  }
  | { readonly type: "backReference"; readonly indexes: readonly number[]; readonly fold: boolean }
  /** A call of a group's pattern; replaced by a copy after parsing. */
  | { readonly type: "call"; readonly indexes: readonly number[] }
  | {
    readonly type: "conditional";
    /** Groups of which one must have matched. */
    readonly indexes: readonly number[];
    readonly whenSet: PatternNode;
    readonly otherwise: PatternNode;
  };

export const EMPTY: PatternNode = { type: "empty" };

/** The error for a pattern that PCRE2 refuses, or that is beyond us. */
export function invalidPattern(problem: string): CommandError {
  return new CommandError(51091, `Regular expression is invalid: ${problem}`);
}

/** The least and the greatest number of characters a node matches. */
export function widthOf(node: PatternNode): { readonly min: number; readonly max: number } {
  switch (node.type) {
    case "set":
      return { min: 1, max: 1 };
    case "sequence": {
      let min = 0, max = 0;
      for (const item of node.items) {
        const width = widthOf(item);
        min += width.min;
        max += width.max;
      }
      return { min, max };
    }
    case "alternation": {
      const widths = node.branches.map(widthOf);
      return {
        min: Math.min(...widths.map((width) => width.min)),
        max: Math.max(...widths.map((width) => width.max)),
      };
    }
    case "group":
    case "atomic":
      return widthOf(node.child);
    case "repeat": {
      const width = widthOf(node.child);
      const max = width.max === 0 || node.max === 0 ? 0 : width.max * node.max;
      return { min: width.min * node.min, max };
    }
    case "conditional": {
      const first = widthOf(node.whenSet), second = widthOf(node.otherwise);
      return { min: Math.min(first.min, second.min), max: Math.max(first.max, second.max) };
    }
    case "backReference":
    case "call":
      return { min: 0, max: Infinity };
    default:
      return { min: 0, max: 0 };
  }
}

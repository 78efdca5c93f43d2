// PCRE2's pattern syntax to a tree (syntax.ts).
//
// What is beyond us is refused with 51091, never matched wrongly: recursion, \C, \X, callouts and backtracking verbs.
// Source for the syntax: the pcre2pattern manual page.

import { caseVariants, type CharSet, NEWLINE, setOf } from "./char_set.ts";
import { parseClass } from "./char_class.ts";
import { take } from "./escape.ts";
import { GroupParser } from "./parse_group.ts";
import { parseEscape } from "./parse_escape.ts";
import type { Modes, ParserState } from "./parser_state.ts";
import { withoutCalls } from "./group_calls.ts";
import { EMPTY, invalidPattern, type PatternNode, widthOf } from "./syntax.ts";

export interface ParsedPattern {
  readonly root: PatternNode;
  readonly groups: number;
  /** True when groups share numbers or names, which only the own matcher can do. */
  readonly sharesGroups: boolean;
}

const MAXIMUM_NESTING = 250;
const START_OPTION =
  /\(\*(?:UTF8?|UCP|NO_START_OPT|NO_AUTO_POSSESS|NO_DOTSTAR_ANCHOR|NO_JIT|LF)\)/y;

export class PatternParser implements ParserState {
  at = 0;
  modes: Modes;
  isUnicode = false;
  nesting = 0;
  groups = 0;
  sharesGroups = false;
  readonly totalGroups: number;
  readonly names: ReadonlyMap<string, number[]>;
  readonly groupNodes = new Map<number, PatternNode>();
  highestReference = 0;
  readonly groupParser: GroupParser;

  constructor(readonly text: string, flags: string) {
    this.modes = {
      fold: flags.includes("i"),
      multiline: flags.includes("m"),
      dotAll: flags.includes("s"),
      extended: flags.includes("x") ? 1 : 0,
      lazyByDefault: false,
      noCapture: false,
    };
    this.totalGroups = countGroups(text);
    this.names = collectNames(text);
    this.groupParser = new GroupParser(this);
  }

  parse(): ParsedPattern {
    this.startOptions();
    const root = this.alternation();
    if (this.at < this.text.length) throw invalidPattern("unmatched closing parenthesis");
    if (this.highestReference > this.groups) {
      throw invalidPattern("reference to non-existent subpattern");
    }
    return {
      root: withoutCalls(root, this.groupNodes),
      groups: this.groups,
      sharesGroups: this.sharesGroups,
    };
  }

  /** `(*UTF)`, `(*UCP)` and the like at the very start. */
  private startOptions(): void {
    for (;;) {
      const option = take(this, START_OPTION);
      if (option === "") return;
      if (option === "(*UCP)") this.isUnicode = true;
    }
  }

  /** Flags set inside end with it. */
  alternation(): PatternNode {
    if (++this.nesting > MAXIMUM_NESTING) {
      throw invalidPattern("parentheses are too deeply nested");
    }
    const outer = this.modes;
    const branches = [this.branch()];
    while (this.text[this.at] === "|") {
      this.at++;
      this.groupParser.nextBranch();
      branches.push(this.branch());
    }
    this.modes = outer;
    this.nesting--;
    return branches.length === 1 ? branches[0] : { type: "alternation", branches };
  }

  private branch(): PatternNode {
    const items: PatternNode[] = [];
    for (;;) {
      this.skipIgnored();
      const next = this.text[this.at];
      if (next === undefined || next === "|" || next === ")") break;
      if (this.text.startsWith("\\Q", this.at)) {
        this.quoted(items);
        continue;
      }
      const atom = this.atom();
      if (atom !== undefined) items.push(this.quantified(atom));
    }
    return items.length === 1 ? items[0] : items.length === 0 ? EMPTY : { type: "sequence", items };
  }

  /** `\Q...\E`: only the last character can be quantified. */
  private quoted(items: PatternNode[]): void {
    const end = this.text.indexOf("\\E", this.at + 2);
    const body = [...this.text.slice(this.at + 2, end < 0 ? undefined : end)];
    this.at = end < 0 ? this.text.length : end + 2;
    body.forEach((character, i) => {
      const node = this.character(character.codePointAt(0)!);
      items.push(i === body.length - 1 ? this.quantified(node) : node);
    });
  }

  /** Skips what the x flag ignores, and comments. */
  skipIgnored(): void {
    for (;;) {
      if (this.text.startsWith("(?#", this.at)) {
        const end = this.text.indexOf(")", this.at);
        if (end < 0) throw invalidPattern("missing ) after (?# comment");
        this.at = end + 1;
      } else if (this.modes.extended > 0) {
        if (take(this, /(?:[\t-\r \u0085\u200e\u200f\u2028\u2029]|#[^\n]*(?:\n|$))+/y) === "") {
          return;
        }
      } else return;
    }
  }

  /** One item; undefined for what stands for nothing, as `(?i)`. */
  private atom(): PatternNode | undefined {
    const code = this.text.codePointAt(this.at)!;
    const character = String.fromCodePoint(code);
    this.at += character.length;
    switch (character) {
      case "(":
        return this.groupParser.group();
      case "[":
        return { type: "set", set: this.bracketClass() };
      case "\\":
        return parseEscape(this, this.groupParser);
      case ".":
        return { type: "set", set: setOf(this.modes.dotAll ? [] : NEWLINE, true) };
      case "^":
        return {
          type: "assertion",
          assertion: this.modes.multiline ? "lineStart" : "textStart",
        };
      case "$":
        return {
          type: "assertion",
          assertion: this.modes.multiline ? "lineEnd" : "textEndOrFinalNewline",
        };
      case "*":
      case "+":
      case "?":
        throw invalidPattern("quantifier does not follow a repeatable item");
      case "{":
        this.at--;
        if (this.counts() !== undefined) {
          throw invalidPattern("quantifier does not follow a repeatable item");
        }
        this.at++;
        return this.character(code);
      default:
        return this.character(code);
    }
  }

  private bracketClass(): CharSet {
    return parseClass(this, {
      fold: this.modes.fold,
      isUnicode: this.isUnicode,
      skipsBlanks: this.modes.extended > 1,
    });
  }

  character(code: number): PatternNode {
    const codes = this.modes.fold ? caseVariants(code) : [code];
    return { type: "set", set: setOf(codes.map((each) => [each, each])) };
  }

  /** Reads `{n}`, `{n,}` or `{n,m}`; undefined and nothing read when it is none. */
  private counts(): readonly [number, number] | undefined {
    const form = /\{([0-9]+)(,?)([0-9]*)\}/y;
    form.lastIndex = this.at;
    const parts = form.exec(this.text);
    if (parts === null || (parts[2] === "" && parts[3] !== "")) return undefined;
    this.at += parts[0].length;
    const min = Number(parts[1]);
    const max = parts[2] === "" ? min : parts[3] === "" ? Infinity : Number(parts[3]);
    if (min > 65535 || (max !== Infinity && max > 65535)) {
      throw invalidPattern("number too big in {} quantifier");
    }
    if (max < min) throw invalidPattern("numbers out of order in {} quantifier");
    return [min, max];
  }

  private quantifier(): readonly [number, number] | undefined {
    switch (this.text[this.at]) {
      case "*":
        this.at++;
        return [0, Infinity];
      case "+":
        this.at++;
        return [1, Infinity];
      case "?":
        this.at++;
        return [0, 1];
      case "{":
        return this.counts();
      default:
        return undefined;
    }
  }

  private quantified(child: PatternNode): PatternNode {
    this.skipIgnored();
    const counts = this.quantifier();
    if (counts === undefined) return child;
    const [min, max] = counts;
    let mode: "greedy" | "lazy" | "possessive" = this.modes.lazyByDefault ? "lazy" : "greedy";
    if (this.text[this.at] === "?") {
      this.at++;
      mode = mode === "lazy" ? "greedy" : "lazy";
    } else if (this.text[this.at] === "+") {
      this.at++;
      mode = "possessive";
    }
    return { type: "repeat", child, min, max, mode };
  }

  checkLookbehind(child: PatternNode): void {
    if (widthOf(child).max === Infinity) {
      throw invalidPattern("length of lookbehind assertion is not limited");
    }
  }

  groupsNamed(name: string): number[] {
    const found = this.names.get(name);
    if (found === undefined) throw invalidPattern("reference to non-existent subpattern");
    return found;
  }
}

/** The text without escapes and classes, so that the parentheses left are groups. */
function withoutLiterals(text: string): string {
  return text
    .replace(/\\Q[^]*?(?:\\E|$)/g, "")
    .replace(/\\[^]/g, "__")
    .replace(/\[\^?\]?(?:\[:\^?[a-z]+:\]|[^\]])*\]/g, "_");
}

function countGroups(text: string): number {
  return withoutLiterals(text).match(/\((?!\?|\*)|\(\?(?:P?<(?![=!])|')/g)?.length ?? 0;
}

/** The names of groups, known before parsing because references may come first; their numbers follow later. */
function collectNames(text: string): Map<string, number[]> {
  const names = new Map<string, number[]>();
  for (const found of text.matchAll(/\(\?(?:P?<|')(\w+)[>']/g)) names.set(found[1], []);
  return names;
}

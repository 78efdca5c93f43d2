// Everything that starts with a parenthesis: groups, flags, lookarounds, conditions, calls, verbs.

import { take } from "./escape.ts";
import type { Modes, ParserState } from "./parser_state.ts";
import { EMPTY, invalidPattern, type PatternNode } from "./syntax.ts";

export class GroupParser {
  /** Numbering of the branch reset group that is being parsed: where branches start, and the highest so far. */
  #reset: { readonly first: number; highest: number; readonly nesting: number } | undefined;

  constructor(readonly parser: ParserState) {}

  /** Called between two branches. */
  nextBranch(): void {
    const reset = this.#reset;
    if (reset === undefined || reset.nesting !== this.parser.nesting) return;
    reset.highest = Math.max(reset.highest, this.parser.groups);
    this.parser.groups = reset.first;
  }

  /** A group; the cursor stands behind the opening parenthesis. */
  group(): PatternNode | undefined {
    const { parser } = this;
    if (parser.text[parser.at] === "*") return this.#verb();
    if (parser.text[parser.at] !== "?") {
      return parser.modes.noCapture ? this.#body() : this.#capture(undefined);
    }
    parser.at++;
    const opening = take(parser, /<[=!]|P[<=>]|[:=!>|<'&(R+]|-?[0-9]+/y);
    switch (opening) {
      case ":":
        return this.#body();
      case "=":
      case "!":
        return { type: "look", behind: false, negated: opening === "!", child: this.#body() };
      case "<=":
      case "<!": {
        const child = this.#body();
        parser.checkLookbehind(child);
        return { type: "look", behind: true, negated: opening === "<!", child };
      }
      case ">":
        return { type: "atomic", child: this.#body() };
      case "|":
        return this.#branchReset();
      case "<":
      case "P<":
        return this.#named(">");
      case "'":
        return this.#named("'");
      case "P=":
        return this.#nameReference();
      case "(":
        return this.#conditional();
      case "R":
      case "&":
      case "P>":
        return this.call(opening === "R" ? "0" : this.#until(")"), opening === "R");
      case "":
        return this.#flags();
      default: {
        const number = opening === "+" ? "+" + take(parser, /[0-9]+/y) : opening;
        return this.call(number, true);
      }
    }
  }

  /** Up to and including the closing parenthesis. */
  #body(): PatternNode {
    const { parser } = this;
    const child = parser.alternation();
    if (parser.text[parser.at] !== ")") throw invalidPattern("missing closing parenthesis");
    parser.at++;
    return child;
  }

  #until(end: string): string {
    const { parser } = this;
    const stop = parser.text.indexOf(end, parser.at);
    if (stop < 0) throw invalidPattern("missing closing parenthesis");
    const found = parser.text.slice(parser.at, stop);
    parser.at = stop + 1;
    return found;
  }

  #capture(name: string | undefined): PatternNode {
    const { parser } = this;
    const index = ++parser.groups;
    if (name !== undefined) {
      const indexes = parser.groupsNamed(name);
      if (indexes.length > 0 && !indexes.includes(index)) {
        throw invalidPattern("two named subpatterns have the same name (PCRE2_DUPNAMES not set)");
      }
      indexes.push(index);
    }
    const child = this.#body();
    if (!parser.groupNodes.has(index)) parser.groupNodes.set(index, child);
    return { type: "group", child, index };
  }

  #named(end: string): PatternNode {
    const name = this.#until(end);
    if (!/^[A-Za-z_]\w{0,31}$/.test(name)) {
      throw invalidPattern(
        /^[0-9]/.test(name)
          ? "subpattern name must start with a non-digit"
          : "syntax error in subpattern name (missing terminator?)",
      );
    }
    return this.#capture(name);
  }

  #nameReference(): PatternNode {
    const { parser } = this;
    const indexes = parser.groupsNamed(this.#until(")"));
    return { type: "backReference", indexes, fold: parser.modes.fold };
  }

  /** `(?|a(b)|c(d))`: the branches share their numbers. */
  #branchReset(): PatternNode {
    const { parser } = this;
    const outer = this.#reset;
    const reset = { first: parser.groups, highest: 0, nesting: parser.nesting + 1 };
    this.#reset = reset;
    parser.sharesGroups = true;
    const node = this.#body();
    this.#reset = outer;
    parser.groups = Math.max(reset.highest, parser.groups);
    return node;
  }

  /** A group number, relative ones counted from here. */
  groupNumber(text: string): number {
    const number = Number(text);
    const index = text.startsWith("-")
      ? this.parser.groups + 1 + number
      : text.startsWith("+")
      ? this.parser.groups + number
      : number;
    if (!(index >= 0)) throw invalidPattern("reference to non-existent subpattern");
    return index;
  }

  /** A call of a group's pattern by number or name. */
  call(target: string, needsClosing = false): PatternNode {
    const { parser } = this;
    if (needsClosing && parser.text[parser.at++] !== ")") {
      throw invalidPattern(
        "(?R (recursive pattern call) must be followed by a closing parenthesis",
      );
    }
    if (!/^[-+]?[0-9]+$/.test(target)) {
      return { type: "call", indexes: parser.groupsNamed(target) };
    }
    const index = this.groupNumber(target);
    if (index === 0) throw invalidPattern("recursion is not supported");
    parser.highestReference = Math.max(parser.highestReference, index);
    return { type: "call", indexes: [index] };
  }

  /** `(?i)`, `(?i-m:...)`, `(?^)`. */
  #flags(): PatternNode | undefined {
    const { parser } = this;
    const text = take(parser, /\^?[imsxnUJa]*(?:-[imsxnUJ]*)?/y);
    const end = parser.text[parser.at++];
    if (end !== ")" && end !== ":") {
      throw invalidPattern("unrecognized character after (? or (?-");
    }
    const outer = parser.modes;
    parser.modes = changeModes(outer, text);
    if (end === ")") return undefined;
    const node = this.#body();
    parser.modes = outer;
    return node;
  }

  /** `(?(condition)yes|no)`; the cursor stands behind the second parenthesis. */
  #conditional(): PatternNode {
    const { parser } = this;
    if (/[?*]/.test(parser.text[parser.at] ?? "")) {
      const look = this.group();
      if (look?.type !== "look") {
        throw invalidPattern("assertion expected after (?( or (?(?C)");
      }
      const [whenSet, otherwise] = this.#twoBranches();
      const negated: PatternNode = { ...look, negated: !look.negated };
      return {
        type: "alternation",
        branches: [
          { type: "sequence", items: [look, whenSet] },
          { type: "sequence", items: [negated, otherwise] },
        ],
      };
    }
    const condition = this.#until(")");
    if (condition === "DEFINE") {
      this.#body();
      return EMPTY;
    }
    const name = /^(?:<(\w+)>|'(\w+)'|(\w+))$/.exec(condition);
    const isNumber = /^[-+]?[0-9]+$/.test(condition);
    if (!isNumber && (name === null || condition.startsWith("R"))) {
      throw invalidPattern("recursion conditions are not supported");
    }
    const indexes = isNumber
      ? [this.groupNumber(condition)]
      : parser.groupsNamed(name![1] ?? name![2] ?? name![3]);
    const [whenSet, otherwise] = this.#twoBranches();
    return { type: "conditional", indexes, whenSet, otherwise };
  }

  #twoBranches(): readonly [PatternNode, PatternNode] {
    const node = this.#body();
    if (node.type !== "alternation") return [node, EMPTY];
    if (node.branches.length > 2) {
      throw invalidPattern("conditional subpattern contains more than two branches");
    }
    return [node.branches[0], node.branches[1]];
  }

  /** `(*FAIL)` and lookarounds by name; other verbs steer the search in ways of their own. */
  #verb(): PatternNode {
    const { parser } = this;
    if (take(parser, /\*(?:FAIL|F)\)/y) !== "") return { type: "fail" };
    const look = take(
      parser,
      /\*(?:pla|positive_lookahead|nla|negative_lookahead|plb|positive_lookbehind|nlb|negative_lookbehind|atomic):/y,
    );
    if (look === "") throw invalidPattern("(*VERB) not recognized or malformed");
    const child = this.#body();
    if (look === "*atomic:") return { type: "atomic", child };
    const behind = /b:|behind/.test(look);
    if (behind) parser.checkLookbehind(child);
    return { type: "look", behind, negated: look[1] === "n", child };
  }
}

function changeModes(modes: Modes, text: string): Modes {
  let result = modes;
  if (text.startsWith("^")) {
    result = {
      ...result,
      fold: false,
      multiline: false,
      dotAll: false,
      extended: 0,
      noCapture: false,
    };
  }
  const [on, off = ""] = text.replace("^", "").split("-");
  for (const [letters, value] of [[on, true], [off, false]] as const) {
    for (const letter of letters) {
      if (letter === "i") result = { ...result, fold: value };
      else if (letter === "m") result = { ...result, multiline: value };
      else if (letter === "s") result = { ...result, dotAll: value };
      else if (letter === "n") result = { ...result, noCapture: value };
      else if (letter === "U") result = { ...result, lazyByDefault: value };
      else if (letter === "x") {
        result = { ...result, extended: value ? (letters.includes("xx") ? 2 : 1) : 0 };
      }
    }
  }
  return result;
}

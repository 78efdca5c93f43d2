// Regular expressions as operands: checking `regex` and `options`, and walking over the matches in a text.
//
// Positions are what PCRE2 gives: after an empty match the search goes on one code point further. The pattern compiled last
// is kept, so that one that is the same for every document is compiled once.

import { BSONRegExp } from "bson";
import type { OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { compileSearch, type PatternMatch, type PatternSearch } from "./regex/pattern.ts";
import { isNullish } from "./value_type.ts";

const INVALID_PATTERN = 51091;
const EXECUTION_FAILED = 51156;

interface PatternText {
  readonly source: string | undefined;
  readonly flags: string;
}

/** The pattern and the flags of `regex` and `options`; no source when `regex` is null or missing. */
function patternText(operator: string, regex: OptionalValue, options: OptionalValue): PatternText {
  if (!isNullish(regex) && typeof regex !== "string" && !(regex instanceof BSONRegExp)) {
    throw new CommandError(51105, `${operator} needs 'regex' to be of type string or regex`);
  }
  if (!isNullish(options) && typeof options !== "string") {
    throw new CommandError(51106, `${operator} needs 'options' to be of type string`);
  }
  let source: string | undefined;
  let flags = typeof options === "string" ? options : "";
  if (regex instanceof BSONRegExp) {
    source = regex.pattern;
    if (regex.options !== "" && !isNullish(options)) {
      throw new CommandError(
        51107,
        `${operator}: found regex option(s) specified in both 'regex' and 'option' fields`,
      );
    }
    if (isNullish(options)) flags = regex.options;
  } else if (typeof regex === "string") source = regex;
  if (source?.includes("\0")) {
    throw new CommandError(
      51109,
      `${operator}: regular expression cannot contain an embedded null byte`,
    );
  }
  if (flags.includes("\0")) {
    throw new CommandError(
      51110,
      `${operator}: regular expression options cannot contain an embedded null byte`,
    );
  }
  return { source, flags };
}

function compile(
  operator: string,
  source: string,
  flags: string,
  checkInterrupt: (() => void) | undefined,
): PatternSearch {
  for (const flag of flags) {
    if (!"imsxu".includes(flag)) {
      throw new CommandError(51108, `${operator} invalid flag in regex options: ${flag}`);
    }
  }
  try {
    return compileSearch(source, flags, checkInterrupt);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== INVALID_PATTERN) throw error;
    const reason = error.message.replace(/^Regular expression is invalid: /, "");
    throw new CommandError(51111, `Invalid Regex in ${operator}: ${reason}`);
  }
}

/** A compiled pattern of an operator. */
export class TextPattern {
  constructor(readonly operator: string, private readonly search: PatternSearch) {}

  /** A walk over the matches in `text`. */
  walk(text: string): MatchWalk {
    return new MatchWalk(this.operator, text, this.search.in(text));
  }
}

/** Finds one match after the other. */
export class MatchWalk {
  /** Where the next search starts; beyond the text's length after an empty match at its end. */
  from = 0;

  constructor(
    private readonly operator: string,
    private readonly text: string,
    private readonly find: (from: number) => PatternMatch | undefined,
  ) {}

  next(): PatternMatch | undefined {
    if (this.from > this.text.length) return undefined;
    const match = this.#find();
    if (match === undefined) {
      this.from = this.text.length + 1;
    } else {
      this.from = match.end > match.start ? match.end : match.end + this.#step(match.end);
    }
    return match;
  }

  #find(): PatternMatch | undefined {
    try {
      return this.find(this.from);
    } catch (error) {
      if (!(error instanceof CommandError) || error.code !== EXECUTION_FAILED) throw error;
      throw new CommandError(
        EXECUTION_FAILED,
        `Error occurred while executing the regular expression in ${this.operator}. Result code: ` +
          "match limit exceeded",
      );
    }
  }

  #step(at: number): number {
    const code = this.text.codePointAt(at);
    return code !== undefined && code > 0xffff ? 2 : 1;
  }
}

/** Compiles patterns for one operator of one expression and keeps the last. */
export class PatternSource {
  #regex: OptionalValue | undefined;
  #options: OptionalValue = null;
  #pattern: TextPattern | undefined;

  constructor(
    private readonly operator: string,
    private readonly checkInterrupt: (() => void) | undefined,
  ) {}

  /** The pattern of these operands; undefined when `regex` is null or missing. Throws for what cannot be one. */
  get(regex: OptionalValue, options: OptionalValue): TextPattern | undefined {
    // Constants are the same value each time.
    if (regex === this.#regex && options === this.#options) return this.#pattern;
    const { source, flags } = patternText(this.operator, regex, options);
    this.#pattern = source === undefined ? undefined : new TextPattern(
      this.operator,
      compile(this.operator, source, flags, this.checkInterrupt),
    );
    this.#regex = regex;
    this.#options = options;
    return this.#pattern;
  }
}

// Regular expressions of the query language: PCRE2's meaning, on strings inside documents.
//
// Patterns that are plain text or an anchored prefix are searched in the UTF-8 bytes. Others are parsed by
// expression/regex/parse.ts and run either by V8 (to_javascript.ts) or, where V8 could run for minutes or lacks the construct,
// by backtracker.ts, which counts its steps and honours the operation's deadline.

import { cstringEnd, type RawValue, readInt32, readString, readText } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { compilePattern, type TextTest } from "../expression/regex/pattern.ts";
import { compareByteRanges } from "./value_comparison.ts";

const utf8 = new TextEncoder();
const MAXIMUM_LENGTH = 32764;

/** Options in MongoDB's order without repetitions; throws on unknown ones. */
function checkFlags(flags: string): void {
  if (flags.includes("\0")) {
    throw new CommandError(
      ErrorCode.BadValue,
      "Regular expression options string cannot contain an embedded null byte",
    );
  }
  for (const flag of flags) {
    if (!"imsxu".includes(flag)) {
      throw new CommandError(51108, `invalid flag in regex options: ${flag}`);
    }
  }
}

/** What a pattern comes down to when it has no special meaning. */
interface PlainPattern {
  readonly text: Uint8Array;
  readonly isPrefix: boolean;
}

const SPECIAL = /[\\^$.|?*+()[\]{}]/;

function plainPattern(source: string, flags: string): PlainPattern | undefined {
  if (/[ix]/.test(flags)) return undefined;
  const isPrefix = source.startsWith("^") && !flags.includes("m");
  const rest = isPrefix ? source.slice(1) : source;
  if (SPECIAL.test(rest) || /[\uD800-\uDFFF]/.test(rest)) return undefined;
  return { text: utf8.encode(rest), isPrefix };
}

/** A compiled regular expression. */
export class RegularExpression {
  readonly source: string;
  readonly flags: string;
  /** Each string that matches starts with this text (case kept); "" when nothing is known. For index bounds. */
  readonly prefix: string;
  /** True when every string with the prefix matches. */
  readonly isPrefixOnly: boolean;
  readonly #plain: PlainPattern | undefined;
  readonly #test: TextTest;
  readonly #sourceBytes: Uint8Array;
  readonly #flagBytes: Uint8Array;

  constructor(source: string, flags: string, checkInterrupt?: () => void) {
    checkFlags(flags);
    if (source.includes("\0")) {
      throw new CommandError(
        ErrorCode.BadValue,
        "Regular expression cannot contain an embedded null byte",
      );
    }
    if (source.length > MAXIMUM_LENGTH) {
      throw new CommandError(ErrorCode.BadValue, "Regular expression is too long");
    }
    this.source = source;
    this.flags = flags;
    this.#plain = plainPattern(source, flags);
    this.#test = compilePattern(source, flags, checkInterrupt);
    this.prefix = literalPrefix(source, flags);
    this.isPrefixOnly = this.prefix !== "" && this.#plain?.isPrefix === true;
    this.#sourceBytes = utf8.encode(source);
    this.#flagBytes = utf8.encode([...flags].sort().join(""));
  }

  /** From a BSON regular expression. */
  static fromValue(value: RawValue, checkInterrupt?: () => void): RegularExpression {
    const { source, flags } = readRegex(value.bytes, value.at);
    return new RegularExpression(source, flags, checkInterrupt);
  }

  /** True when the text matches. */
  test(text: string): boolean {
    return this.#test(text);
  }

  /** True for strings that match and for the same regular expression as a value. */
  matches(bytes: Uint8Array, type: number, at: number): boolean {
    if (type === BsonType.String || type === BsonType.Symbol) {
      const plain = this.#plain;
      if (plain === undefined) return this.#test(readString(bytes, at));
      const to = at + 3 + readInt32(bytes, at);
      return plain.isPrefix
        ? startsWith(bytes, at + 4, to, plain.text)
        : contains(bytes, at + 4, to, plain.text);
    }
    return type === BsonType.Regex && this.#equals(bytes, at);
  }

  #equals(bytes: Uint8Array, at: number): boolean {
    const stop = cstringEnd(bytes, at);
    const source = this.#sourceBytes;
    if (compareByteRanges(bytes, at, stop, source, 0, source.length) !== 0) return false;
    const flags = this.#flagBytes;
    const flagsEnd = cstringEnd(bytes, stop + 1);
    return compareByteRanges(bytes, stop + 1, flagsEnd, flags, 0, flags.length) === 0;
  }
}

/** The two parts of a BSON regular expression. */
export function readRegex(bytes: Uint8Array, at: number): { source: string; flags: string } {
  const stop = cstringEnd(bytes, at);
  return {
    source: readText(bytes, at, stop),
    flags: readText(bytes, stop + 1, cstringEnd(bytes, stop + 1)),
  };
}

function startsWith(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  const length = text.length;
  if (to - from < length) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== text[i]) return false;
  return true;
}

function contains(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  const length = text.length;
  if (length === 0) return true;
  const first = text[0];
  const last = to - length;
  for (; from <= last; from++) {
    if (bytes[from] !== first) continue;
    let i = 1;
    while (i < length && bytes[from + i] === text[i]) i++;
    if (i === length) return true;
  }
  return false;
}

/**
 * The literal text an anchored pattern starts with: `^ab`, `^ab.*c`, `\Aab`, `^\Qa.b\E`. Nothing when an alternative could
 * start otherwise or the case is ignored.
 */
function literalPrefix(source: string, flags: string): string {
  if (/[im]/.test(flags) || source.includes("|")) return "";
  const anchor = /^(?:\^|\\A)/.exec(source);
  if (anchor === null) return "";
  const skipsSpace = flags.includes("x");
  let prefix = "";
  let i = anchor[0].length;
  while (i < source.length) {
    let unit = String.fromCodePoint(source.codePointAt(i)!);
    let next = i + unit.length;
    if (unit === "\\") {
      unit = source[i + 1] ?? "";
      // An escaped letter or digit is a class, a back reference or a control character.
      if (unit === "" || /[0-9A-Za-z]/.test(unit) || unit > "\x7f") break;
      next = i + 2;
    } else if (SPECIAL.test(unit)) {
      // A quantifier that allows zero takes back the character before it.
      if (unit === "*" || unit === "?" || unit === "{") prefix = dropLast(prefix);
      break;
    } else if (skipsSpace && /[\s#]/.test(unit)) {
      break;
    }
    prefix += unit;
    i = next;
  }
  return /[\uD800-\uDFFF]/.test(prefix) && !isWellFormed(prefix) ? "" : prefix;
}

function isWellFormed(text: string): boolean {
  return !/(?:[\uD800-\uDBFF](?![\uDC00-\uDFFF]))|(?:(?<![\uD800-\uDBFF])[\uDC00-\uDFFF])/.test(
    text,
  );
}

function dropLast(text: string): string {
  return [...text].slice(0, -1).join("");
}

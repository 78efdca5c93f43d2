// Golden scripts: statements in a mongosh-like form, the plan of each query written below it.
//
//   insert 100 {_id: i, a: i % 10}
//   find {a: 5} sort {b: 1} limit 3
//     SORT {b: 1} limit 3 -> 3
//
// Lines that begin with a blank are output: they are dropped when a script is read and written anew when it is run. What may
// follow a statement's first values are options by name; values are JavaScript with mongosh's constructors.

import {
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";

export interface Statement {
  readonly line: string;
  readonly word: string;
  /** The values before the first option. */
  readonly values: readonly unknown[];
  readonly options: Document;
}

const NAMES: Document = {
  ISODate: (text: string) => new Date(text),
  MaxKey: new MaxKey(),
  MinKey: new MinKey(),
  NumberDecimal: (text: string) => Decimal128.fromString(text),
  NumberDouble: (value: number) => new Double(value),
  NumberInt: (value: number) => new Int32(value),
  NumberLong: (text: string) => Long.fromString(text),
  ObjectId: (text: string) => new ObjectId(text),
  Timestamp: (t: number, i: number) => new Timestamp({ t, i }),
};

/** The value of a JavaScript expression; `i` counts the documents of one insert. */
export function evaluate(text: string, i = 0): unknown {
  const names = [...Object.keys(NAMES), "i"];
  return new Function(...names, `return (${text});`)(...Object.values(NAMES), i);
}

/** The documents of `insert {...}`, `insert [...]` or `insert 100 {...}`. */
export function insertedDocuments(rest: string): Document[] {
  const counted = /^(\d+) (.*)$/.exec(rest);
  if (counted === null) return [evaluate(rest)].flat() as Document[];
  return Array.from({ length: Number(counted[1]) }, (_, i) => evaluate(counted[2], i) as Document);
}

/** Splits a script into its lines without output. */
export function scriptLines(text: string): string[] {
  return text.split("\n").filter((line) => !/^\s+\S/.test(line));
}

/** Undefined for a comment or an empty line. */
export function parseStatement(line: string): Statement | undefined {
  if (line === "" || line.startsWith("#")) return undefined;
  const [word, ...parts] = splitParts(line);
  const values: unknown[] = [];
  const options: Document = {};
  for (let at = 0; at < parts.length; at++) {
    if (!/^[a-zA-Z]+$/.test(parts[at]) || parts[at] in CONSTANTS) {
      values.push(evaluate(parts[at]));
    } else {
      options[parts[at]] = evaluate(parts[++at]);
    }
  }
  return { line, word, values, options };
}

const CONSTANTS: Document = { false: false, true: true };

/** The blank-separated parts of a line; brackets and strings hold together. */
function splitParts(line: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let part = "";
  for (const character of line) {
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"') {
      quote = character;
    } else if ("{[(".includes(character)) depth++;
    else if ("}])".includes(character)) depth--;
    if (character === " " && depth === 0 && quote === "") {
      if (part !== "") parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  if (part !== "") parts.push(part);
  return parts;
}

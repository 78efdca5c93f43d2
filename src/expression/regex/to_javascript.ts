// A parsed pattern as a JavaScript regular expression with the `u` flag, for V8 to run.
//
// Captures are left out: V8 tells whether and where there is a match. Atomic groups become a lookahead and a
// reference to it. Not translated, because V8 differs: back references and conditions (groups that did not match), and
// loops around what may be empty inside an atomic group (PCRE2 leaves the loop, JavaScript tries another way).

import { type CharSet, type CodeRange, complementRanges } from "./char_set.ts";
import { type Assertion, type PatternNode, widthOf } from "./syntax.ts";

const ASSERTIONS: Readonly<Record<Assertion, string>> = {
  // Not behind a newline that ends the text.
  lineStart: "(?:^|(?<=\\n)(?!$))",
  lineEnd: "(?=\\n|$)",
  notWordBoundary: "\\B",
  textEnd: "$",
  textEndOrFinalNewline: "(?=\\n?$)",
  textStart: "^",
  wordBoundary: "\\b",
};

/**
 * The source of the JavaScript pattern; undefined when V8 has no equal. With `sameExtent` it also ends its matches where
 * PCRE2 does, which a loop around what may be empty does not promise.
 */
export function toJavaScript(root: PatternNode, sameExtent = false): string | undefined {
  let groups = 0;
  let atomicDepth = sameExtent ? 1 : 0;

  function emit(node: PatternNode): string | undefined {
    switch (node.type) {
      case "empty":
        return "(?:)";
      case "fail":
        return "(?!)";
      case "set":
        return setText(node.set);
      case "assertion":
        return ASSERTIONS[node.assertion];
      case "sequence":
        return all(node.items)?.join("");
      case "alternation": {
        const branches = all(node.branches);
        return branches && `(?:${branches.join("|")})`;
      }
      case "group":
        return wrapped(node.child, "(?:");
      case "atomic": {
        const index = ++groups;
        atomicDepth++;
        const child = emit(node.child);
        atomicDepth--;
        // The empty group keeps digits that follow apart from the reference.
        return child && `(?=(${child}))\\${index}(?:)`;
      }
      case "repeat":
        return repeat(node);
      case "look":
        return wrapped(node.child, `(?${node.behind ? "<" : ""}${node.negated ? "!" : "="}`);
      default:
        return undefined;
    }
  }

  function all(nodes: readonly PatternNode[]): string[] | undefined {
    const texts: string[] = [];
    for (const node of nodes) {
      const text = emit(node);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }

  function wrapped(child: PatternNode, opening: string): string | undefined {
    const text = emit(child);
    return text === undefined ? undefined : `${opening}${text})`;
  }

  function repeat(node: PatternNode & { type: "repeat" }): string | undefined {
    if (node.mode === "possessive") {
      return emit({ type: "atomic", child: { ...node, mode: "greedy" } });
    }
    if (atomicDepth > 0 && node.max > 1 && widthOf(node.child).min === 0) return undefined;
    const child = emit(node.child);
    if (child === undefined) return undefined;
    const body = node.child.type === "set" ? child : `(?:${child})`;
    return body + counts(node.min, node.max) + (node.mode === "lazy" ? "?" : "");
  }

  return emit(root);
}

function counts(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function codeText(code: number): string {
  if (/[0-9A-Za-z _]/.test(String.fromCharCode(code)) && code < 128) {
    return String.fromCharCode(code);
  }
  return `\\u{${code.toString(16)}}`;
}

function rangesText(ranges: readonly CodeRange[]): string {
  return ranges.map(([from, to]) =>
    from === to ? codeText(from) : `${codeText(from)}-${codeText(to)}`
  )
    .join("");
}

function setText({ ranges, properties, negated }: CharSet): string {
  if (properties.length > 0) {
    return `[${negated ? "^" : ""}${rangesText(ranges)}${properties.join("")}]`;
  }
  if (ranges.length === 1 && ranges[0][0] === ranges[0][1] && !negated) {
    return codeText(ranges[0][0]);
  }
  const outside = complementRanges(ranges);
  return outside.length < ranges.length
    ? `[${negated ? "" : "^"}${rangesText(outside)}]`
    : `[${negated ? "^" : ""}${rangesText(ranges)}]`;
}

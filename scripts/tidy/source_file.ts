// A source file as the tidy checks see it: text, text without comments and strings, imports, functions.
//
// A scanner, not a parser: it knows comments, strings, templates and regular expressions well enough to find braces and imports
// that are real. What it leaves out: types, scopes, anything that needs the compiler.

export interface ImportedModule {
  readonly specifier: string;
  readonly line: number;
}

export interface FoundFunction {
  readonly name: string;
  /** First line, counted from 1. */
  readonly line: number;
  readonly lineCount: number;
}

export class SourceFile {
  /** Path from the root of the project, with slashes. */
  readonly path: string;
  readonly text: string;
  #code: string | undefined;
  #functions: FoundFunction[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  get isTypeScript(): boolean {
    return this.path.endsWith(".ts");
  }

  get lineCount(): number {
    return this.text.split("\n").length - (this.text.endsWith("\n") ? 1 : 0);
  }

  /** The text with comments, strings and regular expressions blanked; same length, same lines. */
  get code(): string {
    return this.#code ??= blankNonCode(this.text);
  }

  get functions(): FoundFunction[] {
    return this.#functions ??= findFunctions(this);
  }

  /** Modules named in import and export declarations and in import() with a literal. */
  get imports(): ImportedModule[] {
    const found: ImportedModule[] = [];
    const patterns = [
      /^[ \t]*(?:import|export)\b[^;"']*?\bfrom\s*(["'])([^"'\n]+)\1/gm,
      /^[ \t]*import\s*(["'])([^"'\n]+)\1/gm,
      /\bimport\(\s*(["'])([^"'\n]+)\1/g,
    ];
    for (const pattern of patterns) {
      for (const match of this.text.matchAll(pattern)) {
        const keyword = match.index + match[0].search(/import|export/);
        if (this.code[keyword] === " ") continue; // inside a comment or a string
        found.push({ specifier: match[2], line: this.lineAt(keyword) });
      }
    }
    return found;
  }

  /** Line of a position, counted from 1. */
  lineAt(position: number): number {
    let line = 1;
    for (let at = this.text.indexOf("\n"); at >= 0 && at < position;) {
      line++;
      at = this.text.indexOf("\n", at + 1);
    }
    return line;
  }
}

/** Where a regular expression may start rather than a division. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|throw|await|yield))\s*$/;

function blankNonCode(text: string): string {
  const out: string[] = [];
  // Template literals nest: each open `${` remembers how deep in braces it was.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const blankTo = (end: number): void => {
    for (; at < end; at++) out.push(text[at] === "\n" ? "\n" : " ");
  };
  const templatePart = (): void => {
    let end = at;
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) {
      end += text[end] === "\\" ? 2 : 1;
    }
    const opensExpression = text.startsWith("${", end);
    blankTo(Math.min(end + (opensExpression ? 2 : 1), text.length));
    if (opensExpression) templates.push(depth);
  };
  while (at < text.length) {
    const char = text[at];
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      blankTo(end < 0 ? text.length : end);
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      blankTo(end < 0 ? text.length : end + 2);
    } else if (char === '"' || char === "'") {
      blankTo(stringEnd(text, at));
    } else if (char === "`") {
      blankTo(at + 1);
      templatePart();
    } else if (char === "}" && templates.at(-1) === depth) {
      templates.pop();
      blankTo(at + 1);
      templatePart();
    } else if (char === "/" && BEFORE_REGEX.test(tail(out))) {
      blankTo(regexEnd(text, at));
    } else {
      if (char === "{") depth++;
      if (char === "}") depth--;
      out.push(char);
      at++;
    }
  }
  return out.join("");
}

/** The last code on the way to here; blanked comments do not count. */
function tail(out: string[]): string {
  let end = out.length;
  while (end > 0 && /\s/.test(out[end - 1])) end--;
  return out.slice(Math.max(0, end - 12), end).join("");
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== text[start] && text[at] !== "\n") {
    at += text[at] === "\\" ? 2 : 1;
  }
  return Math.min(at + 1, text.length);
}

function regexEnd(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\n") return start + 1; // a division after all
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return at + 1;
  }
  return start + 1;
}

const NOT_FUNCTIONS = new Set(["if", "for", "while", "switch", "catch", "with", "await"]);

/** Every parameter list that is followed by a body, and its length up to the closing brace. */
function findFunctions(file: SourceFile): FoundFunction[] {
  const { code } = file;
  const found: FoundFunction[] = [];
  const closers = matchBrackets(code);
  for (const [open, close] of closers) {
    if (code[open] !== "(") continue;
    const before = /([\w$#]*)\s*(?:<[^<>()]*>)?\s*$/.exec(
      code.slice(Math.max(0, open - 200), open),
    );
    const word = before?.[1] ?? "";
    if (NOT_FUNCTIONS.has(word)) continue;
    const body = bodyAfter(code, close + 1, closers);
    if (body === undefined) continue;
    const line = file.lineAt(open);
    const lineCount = file.lineAt(closers.get(body) ?? body) - line + 1;
    const isNamed = word !== "" && word !== "async" && word !== "function";
    found.push({ name: isNamed ? word : "(anonymous)", line, lineCount });
  }
  return found;
}

/** Position of each opening bracket to that of its closing one. */
function matchBrackets(code: string): Map<number, number> {
  const closers = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < code.length; at++) {
    const char = code[at];
    if (char === "(" || char === "{" || char === "[") open.push(at);
    if (char === ")" || char === "}" || char === "]") {
      const start = open.pop();
      if (start !== undefined) closers.set(start, at);
    }
  }
  return closers;
}

/** The `{` of the body when a parameter list that ended before `at` has one. */
function bodyAfter(code: string, at: number, closers: Map<number, number>): number | undefined {
  at = skipSpace(code, at);
  if (code[at] === ":") at = skipSpace(code, afterType(code, at + 1, closers));
  if (code.startsWith("=>", at)) at = skipSpace(code, at + 2);
  return code[at] === "{" ? at : undefined;
}

function skipSpace(code: string, at: number): number {
  while (at < code.length && /\s/.test(code[at])) at++;
  return at;
}

/** Where a return type ends: at the body's brace, at an arrow, or at what follows a mere declaration. */
function afterType(code: string, at: number, closers: Map<number, number>): number {
  let angles = 0;
  let wantsOperand = true; // a brace here opens a type literal, not the body
  for (; at < code.length; at++) {
    const char = code[at];
    if (/\s/.test(char)) continue;
    if (code.startsWith("=>", at)) {
      // After a bracketed parameter list inside angles it belongs to a function type.
      if (angles === 0) return at;
      at++;
      wantsOperand = true;
    } else if (char === "{" || char === "[" || char === "(") {
      if (char === "{" && angles === 0 && !wantsOperand) return at;
      at = closers.get(at) ?? code.length;
      wantsOperand = false;
    } else if (char === "<" || char === ">") {
      angles += char === "<" ? 1 : -1;
      wantsOperand = char === "<";
    } else if (angles === 0 && /[;,)=\]}?]/.test(char)) {
      return at;
    } else {
      const word = /^[\w$.]+/.exec(code.slice(at, at + 200))?.[0] ?? "";
      if (word !== "") at += word.length - 1;
      wantsOperand = /[|&,:]/.test(char) || ["is", "keyof", "readonly"].includes(word);
    }
  }
  return at;
}

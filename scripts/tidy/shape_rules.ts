// Size, names, header comments, and the mirror of tests.

import type { SourceFile } from "./source_file.ts";
import type { Project, Violation } from "./violation.ts";

const MAXIMUM_FILE_LINES = 500;
const MAXIMUM_FUNCTION_LINES = 70;
const MINIMUM_HEADER_LINES = 1;
const MAXIMUM_HEADER_LINES = 25;

const BANNED_NAMES: ReadonlySet<string> = new Set([
  ...["util", "utils", "common", "helper", "helpers", "core", "misc", "types", "shared"],
  ...["manager", "managers", "base", "lib"],
]);

export function checkSizes(project: Project): Violation[] {
  return project.filter((file) => file.isTypeScript).flatMap((file) => {
    const violations: Violation[] = [];
    if (file.lineCount > MAXIMUM_FILE_LINES) {
      violations.push({
        rule: "file-length",
        path: file.path,
        line: MAXIMUM_FILE_LINES,
        message: `${file.lineCount} lines`,
        remedy: `split it by family or by question; the limit is ${MAXIMUM_FILE_LINES}`,
      });
    }
    for (const { name, line, lineCount } of file.functions) {
      if (lineCount <= MAXIMUM_FUNCTION_LINES) continue;
      violations.push({
        rule: "function-length",
        path: file.path,
        line,
        message: `${name} has ${lineCount} lines`,
        remedy: `take its steps out into functions; the limit is ${MAXIMUM_FUNCTION_LINES}`,
      });
    }
    return violations;
  });
}

export function checkNames(project: Project): Violation[] {
  const violations: Violation[] = [];
  for (const { path, isTypeScript } of project) {
    if (!isTypeScript) continue;
    for (const part of path.split("/")) {
      const stem = part.replace(/(_test)?\.ts$/, "");
      const words = stem.split("_");
      const banned = BANNED_NAMES.has(stem) || BANNED_NAMES.has(words.at(-1)!) && words.length > 1;
      if (banned) {
        const message = `the name "${part}" says nothing`;
        const remedy = "name it after the question it answers";
        violations.push({ rule: "banned-name", path, line: 1, message, remedy });
      } else if (!/^\.?[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(stem)) {
        const message = `"${part}" is not snake_case`;
        violations.push({ rule: "file-name", path, line: 1, message, remedy: "rename it" });
      }
    }
  }
  return violations;
}

/** Every file opens with what it is for. */
export function checkHeaders(project: Project): Violation[] {
  // A mirror test is for the file it is named after; anything more it says is welcome.
  const own = project.filter((file) => file.isTypeScript && !file.path.endsWith("_test.ts"));
  return own.flatMap((file) => {
    const lines = headerLines(file.text);
    if (lines >= MINIMUM_HEADER_LINES && lines <= MAXIMUM_HEADER_LINES) return [];
    const message = lines === 0 ? "no header comment" : `a header comment of ${lines} lines`;
    const remedy = "open the file with 3 to 8 lines: what for, how it fits, what it leaves out";
    return [{ rule: "header", path: file.path, line: 1, message, remedy }];
  });
}

/** Lines of the comment that opens the file; 0 when it does not open with one. */
export function headerLines(text: string): number {
  const body = text.startsWith("#!") ? text.slice(text.indexOf("\n") + 1) : text;
  const block = /^\/\*[\s\S]*?\*\//.exec(body);
  if (block !== null) return block[0].split("\n").length;
  const lines = /^(?:\/\/[^\n]*(?:\n|$))+/.exec(body);
  return lines === null ? 0 : lines[0].trimEnd().split("\n").length;
}

/** src/x/y.ts and ffi/y.ts with logic have tests/x/y_test.ts and tests/ffi/y_test.ts. */
export function checkMirror(project: Project): Violation[] {
  const paths = new Set(project.map((file) => file.path));
  return project.flatMap((file) => {
    const test = testPath(file);
    if (test === undefined || paths.has(test) || !hasLogic(file)) return [];
    const remedy = `write ${test}`;
    return [{ rule: "test-mirror", path: file.path, line: 1, message: "has no test", remedy }];
  });
}

/** Where the test of a product file belongs; undefined for files that need none. */
export function testPath(file: SourceFile): string | undefined {
  if (!file.isTypeScript || !/^(src|ffi)\//.test(file.path)) return undefined;
  if (/(^|\/)(definition|all)\.ts$/.test(file.path)) return undefined;
  const path = file.path.startsWith("src/") ? file.path.slice(4) : file.path;
  return `tests/${path.replace(/\.ts$/, "_test.ts")}`;
}

/** Types, constants and re-exports need no test. */
function hasLogic(file: SourceFile): boolean {
  return file.functions.length > 0;
}

// `deno task tidy`: is the project still built as it says it is?
//
// Import ranks and cycles, sizes, names, headers, tests beside sources, forbidden words. Prints each violation with its remedy and
// exits with 1 when there is one. Exceptions with reasons: tidy/exceptions.ts. Formatting and lint have their own tools.

import { type Exception, EXCEPTIONS } from "./tidy/exceptions.ts";
import { checkCycles, checkImports } from "./tidy/import_rules.ts";
import { checkHeaders, checkMirror, checkNames, checkSizes } from "./tidy/shape_rules.ts";
import { SourceFile } from "./tidy/source_file.ts";
import { checkText } from "./tidy/text_rules.ts";
import type { Check, Project, Violation } from "./tidy/violation.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([".git", "coverage", "dist", "node_modules"]);
const TEXT_FILES = /\.(ts|c|h|json|md|sh|toml|txt|yaml|yml)$|^\.ci\/|^LICENSE$/;
/** Written by tools or copied whole. */
const SKIPPED_FILES: ReadonlySet<string> = new Set(["deno.lock", "LICENSE"]);

const CHECKS: readonly Check[] = [
  checkImports,
  checkCycles,
  checkSizes,
  checkNames,
  checkHeaders,
  checkMirror,
  checkText,
];

/** All violations that no exception covers, and exceptions that cover nothing. */
export function tidy(
  project: Project,
  exceptions: readonly Exception[] = EXCEPTIONS,
): Violation[] {
  const used = new Set<Exception>();
  const left = CHECKS.flatMap((check) => check(project)).filter((violation) => {
    const covering = exceptions.filter((exception) => covers(exception, violation));
    for (const exception of covering) used.add(exception);
    return covering.length === 0;
  });
  for (const exception of exceptions) {
    if (used.has(exception)) continue;
    left.push({
      rule: "exception",
      path: exception.path,
      line: 1,
      message: `the exception from ${exception.rule} is no longer needed`,
      remedy: "remove it from scripts/tidy/exceptions.ts",
    });
  }
  return left.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line);
}

function covers(exception: Exception, violation: Violation): boolean {
  if (exception.rule !== violation.rule) return false;
  return exception.path.endsWith("/")
    ? violation.path.startsWith(exception.path)
    : violation.path === exception.path;
}

/** Reads the text files below a folder. */
export function readProject(root: string): SourceFile[] {
  const files: SourceFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of Deno.readDirSync(`${root}/${folder}`)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory && !SKIPPED_FOLDERS.has(entry.name)) walk(path);
      if (!entry.isFile || SKIPPED_FILES.has(path) || !TEXT_FILES.test(path)) continue;
      files.push(new SourceFile(path, Deno.readTextFileSync(`${root}/${path}`)));
    }
  };
  walk("");
  return files;
}

if (import.meta.main) {
  const project = readProject(ROOT.replace(/\/$/, ""));
  const violations = tidy(project);
  for (const { path, line, rule, message, remedy } of violations) {
    console.log(`${path}:${line}: ${rule}: ${message}\n    -> ${remedy}`);
  }
  console.log(`tidy: ${project.length} files, ${violations.length} violations`);
  if (violations.length > 0) Deno.exit(1);
}

// Words that must not be in any file: marks of unfinished work, registry addresses, paths of one machine, JSR imports.
//
// The patterns are put together from pieces, so that this file does not report itself.

import type { Project, Violation } from "./violation.ts";

interface TextRule {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly remedy: string;
  /** Files it applies to; all unless given. */
  readonly paths?: RegExp;
}

const REGISTRIES = [
  ["registry", "npmjs", "org"],
  ["jsr", "io"],
  ["pypi", "org"],
  ["files", "pythonhosted", "org"],
  ["crates", "io"],
  ["deno", "land"],
  ["proxy", "golang", "org"],
].map((parts) => parts.join("\\.")).join("|");

const MACHINE_PATHS = ["root", "work", "home\\/\\w+", "Users\\/\\w+", "mnt"]
  .map((name) => `\\/${name}\\/`).join("|");

const RULES: readonly TextRule[] = [
  {
    rule: "fixme",
    pattern: new RegExp(`\\bFIX${"ME"}\\b`, "g"),
    message: "unfinished work",
    remedy: "finish it, or open an issue and refer to it",
  },
  {
    rule: "todo",
    pattern: new RegExp(`\\bTO${"DO"}\\b(?!\\(#\\d+\\))`, "g"),
    message: "a to-do without an issue",
    remedy: `write it as TO${"DO"}(#number)`,
  },
  {
    rule: "jsr",
    pattern: new RegExp(`["']js${"r"}:`, "g"),
    message: "an import from JSR, which build machines may not reach",
    remedy: "use the npm or node: equivalent",
    paths: /\.(ts|json)$/,
  },
  {
    rule: "registry",
    pattern: new RegExp(`\\b(?:${REGISTRIES})\\b`, "g"),
    message: "the address of a package registry",
    remedy: "let the package manager know its registry",
  },
  {
    rule: "machine-path",
    pattern: new RegExp(`(?<![\\w./$}-])(?:${MACHINE_PATHS})`, "g"),
    message: "a path of one machine",
    remedy: "use a path relative to the project, or a temporary folder",
  },
];

export function checkText(project: Project): Violation[] {
  const violations: Violation[] = [];
  for (const file of project) {
    for (const { rule, pattern, message, remedy, paths } of RULES) {
      if (paths !== undefined && !paths.test(file.path)) continue;
      for (const match of file.text.matchAll(pattern)) {
        const line = file.lineAt(match.index);
        violations.push({
          rule,
          path: file.path,
          line,
          message: `${message} (${match[0]})`,
          remedy,
        });
      }
    }
  }
  return violations;
}

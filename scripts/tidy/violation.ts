// What a tidy check reports, and what it gets to look at.

import type { SourceFile } from "./source_file.ts";

export interface Violation {
  /** Name of the rule; exceptions refer to it. */
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

/** All text files of the project. */
export type Project = readonly SourceFile[];

export type Check = (project: Project) => Violation[];

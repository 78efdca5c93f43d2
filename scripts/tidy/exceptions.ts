// Files that may break a tidy rule, each with its reason. An exception that is no longer needed is reported.

export interface Exception {
  readonly rule: string;
  /** A file, or a folder that ends in a slash. */
  readonly path: string;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [];

// Who may import whom: ranks of the rooms, who may see ffi/, which packages, and no cycles. Types count.
//
// bson < wire, index, expression < query < stream, timeseries < storage < plan < write < aggregation, changestream, auth < session <
// commands < server < mod.ts < cli.ts. Rooms of one rank do not import each other; aggregation stands above write,
// because $out and $merge change documents.

import type { SourceFile } from "./source_file.ts";
import type { Project, Violation } from "./violation.ts";

/** Room to rank. Files directly in src/ (error, assert, log) stand below all rooms. */
export const RANKS: ReadonlyMap<string, number> = new Map([
  ["ffi", 0],
  ["src", 0],
  ["bson", 1],
  ["expression", 2],
  ["index", 2],
  ["wire", 2],
  ["query", 3],
  ["stream", 4],
  ["timeseries", 4],
  ["storage", 5],
  ["plan", 6],
  ["write", 7],
  ["aggregation", 8],
  ["auth", 8],
  ["changestream", 8],
  ["session", 9],
  ["commands", 10],
  ["server", 11],
  ["mod.ts", 12],
  ["cli.ts", 13],
]);

/** Packages that the product may use; the others are for tests and scripts. */
const PRODUCT_PACKAGES: ReadonlySet<string> = new Set([
  "@logtape/logtape",
  "bson",
  "decimal.js",
  "snappyjs",
]);

/** The room of a product file: "bson", "ffi", "mod.ts"; undefined outside the product. */
export function roomOf(path: string): string | undefined {
  const parts = path.split("/");
  if (parts[0] === "ffi") return "ffi";
  if (parts[0] === "src") return parts.length === 2 ? "src" : parts[1];
  return path === "mod.ts" || path === "cli.ts" ? path : undefined;
}

/** Path of a relative import from the root; undefined for packages. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

export function checkImports(project: Project): Violation[] {
  return project.filter((file) => file.isTypeScript && roomOf(file.path) !== undefined)
    .flatMap((file) => file.imports.map((found) => checkOne(file, found.specifier, found.line)))
    .filter((violation) => violation !== undefined);
}

function checkOne(file: SourceFile, specifier: string, line: number): Violation | undefined {
  const target = resolveImport(file.path, specifier);
  const room = roomOf(file.path)!;
  const at = { path: file.path, line };
  if (target === undefined) return checkPackage(specifier, at);
  const targetRoom = roomOf(target);
  if (targetRoom === undefined) {
    const message = `${room} imports ${target}, which is not part of the product`;
    return { ...at, rule: "import-rank", message, remedy: "move what is needed into a room" };
  }
  if (targetRoom === room) return undefined;
  if (targetRoom === "ffi" && room !== "storage") {
    const remedy = "go through storage/engine.ts: nothing above storage knows WiredTiger";
    return { ...at, rule: "import-rank", message: `${room} imports ffi`, remedy };
  }
  const rank = RANKS.get(room), targetRank = RANKS.get(targetRoom);
  if (rank === undefined || targetRank === undefined) {
    const unknown = rank === undefined ? room : targetRoom;
    const remedy = "give the room its rank in scripts/tidy/import_rules.ts and architecture";
    return { ...at, rule: "import-rank", message: `room ${unknown} has no rank`, remedy };
  }
  if (targetRank < rank) return undefined;
  const message = `${room} (rank ${rank}) imports ${target} (${targetRoom}, rank ${targetRank})`;
  const remedy = `move the code up, or let the higher room pass it in`;
  return { ...at, rule: "import-rank", message, remedy };
}

function checkPackage(
  specifier: string,
  at: { path: string; line: number },
): Violation | undefined {
  if (specifier.startsWith("node:") || PRODUCT_PACKAGES.has(specifier)) return undefined;
  const message = `imports "${specifier}", which is no package of the product`;
  const remedy = "use a listed package, or add it (with the need) to import_rules.ts and deno.json";
  return { ...at, rule: "import-package", message, remedy };
}

/** One violation per group of files that import each other. */
export function checkCycles(project: Project): Violation[] {
  const graph = new Map<string, string[]>();
  for (const file of project) {
    if (!file.isTypeScript) continue;
    const targets = file.imports.map(({ specifier }) => resolveImport(file.path, specifier));
    graph.set(file.path, targets.filter((target) => target !== undefined));
  }
  return [...findCycles(graph)].map((cycle) => ({
    rule: "import-cycle",
    path: cycle[0],
    line: 1,
    message: `imports itself: ${[...cycle, cycle[0]].join(" -> ")}`,
    remedy: "move what both need into a file of its own, or define an interface on the lower side",
  }));
}

/** Depth first; each back edge gives the path between its ends. */
function* findCycles(graph: Map<string, string[]>): Generator<string[]> {
  const done = new Set<string>();
  const path: string[] = [];
  function* visit(file: string): Generator<string[]> {
    const start = path.indexOf(file);
    if (start >= 0) {
      yield path.slice(start);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) yield* visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of [...graph.keys()].sort()) yield* visit(file);
}

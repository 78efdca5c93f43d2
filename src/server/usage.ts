// Time spent per namespace and kind of command: what `top` shows.

import type {
  CommandDefinition,
  NamespaceUsage,
  OperationKind,
  ServerCounters,
} from "../commands/definition.ts";
import { countLatency, LATENCY_BOUNDS } from "../commands/latency_histogram.ts";
import type { Operation } from "../session/operation.ts";

/** More namespaces than this are not told apart: the oldest is forgotten. */
const NAMESPACES_MAX = 10_000;

const KINDS: readonly OperationKind[] = [
  "insert",
  "query",
  "update",
  "delete",
  "getmore",
  "command",
];

function newUsage(): NamespaceUsage {
  return Object.fromEntries(
    KINDS.map((kind) => [kind, { micros: 0, count: 0 }]),
  ) as unknown as NamespaceUsage;
}

/** Adds a finished operation to its namespace. */
export function countUsage(
  counters: ServerCounters,
  operation: Operation,
  definition: CommandDefinition,
  tookMs: number,
): void {
  const { usage } = counters;
  let entry = usage.get(operation.namespace);
  if (entry === undefined) {
    if (operation.namespace === "" || operation.namespace.endsWith(".$cmd")) return;
    if (usage.size >= NAMESPACES_MAX) usage.delete(usage.keys().next().value!);
    usage.set(operation.namespace, entry = newUsage());
  }
  const kind = entry[definition.counter ?? "command"];
  const micros = Math.max(1, Math.round(tookMs * 1000));
  kind.micros += micros;
  kind.count++;
  kind.histogram ??= new Uint32Array(LATENCY_BOUNDS.length);
  countLatency(kind.histogram, micros);
}

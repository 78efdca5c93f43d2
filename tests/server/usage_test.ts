import { latencyBuckets } from "../../src/commands/latency_histogram.ts";
import assert from "node:assert/strict";
import type { CommandDefinition, ServerCounters } from "../../src/commands/definition.ts";
import { countUsage } from "../../src/server/usage.ts";
import { Operation } from "../../src/session/operation.ts";

function counters(): ServerCounters {
  return { usage: new Map() } as unknown as ServerCounters;
}

function operation(namespace: string): Operation {
  const it = new Operation(1, undefined);
  it.namespace = namespace;
  return it;
}

Deno.test("time is added by namespace and kind", () => {
  const counted = counters();
  const insert = { counter: "insert" } as CommandDefinition;
  countUsage(counted, operation("db.a"), insert, 1.5);
  countUsage(counted, operation("db.a"), insert, 0);
  countUsage(counted, operation("db.a"), {} as CommandDefinition, 2);
  const usage = counted.usage.get("db.a")!;
  assert.deepEqual([usage.insert.micros, usage.insert.count], [1501, 2]);
  assert.deepEqual([usage.command.micros, usage.command.count], [2000, 1]);
  assert.deepEqual([...latencyBuckets([usage.insert.histogram])], [[0, 1], [1024, 1]]);
  assert.equal(usage.query.histogram, undefined);
});

Deno.test("commands without a collection are not counted", () => {
  const counted = counters();
  countUsage(counted, operation("db.$cmd"), {} as CommandDefinition, 1);
  countUsage(counted, operation(""), {} as CommandDefinition, 1);
  assert.equal(counted.usage.size, 0);
});

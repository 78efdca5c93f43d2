import assert from "node:assert/strict";
import { ServerTopology } from "../../src/server/topology.ts";
import { Operation } from "../../src/session/operation.ts";

Deno.test("waitForChange() ends with a change, at once for an old version, or with the time", async () => {
  const topology = new ServerTopology();
  const operation = new Operation(1, undefined);
  const known = topology.counter;
  await topology.waitForChange(known, 1, operation);
  const waiting = topology.waitForChange(known, 10_000, operation);
  topology.change();
  await waiting;
  assert.equal(topology.counter, known + 1);
  await topology.waitForChange(known, 10_000, operation);
});

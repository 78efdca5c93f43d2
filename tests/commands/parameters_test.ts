import assert from "node:assert/strict";
import { applyParameters, PARAMETERS, Parameters } from "../../src/commands/parameters.ts";
import { CommandError } from "../../src/error.ts";
import { withEngine } from "../storage/fixture.ts";

Deno.test("the list is sorted", () => {
  const names = PARAMETERS.map(({ name }) => name);
  assert.deepEqual(names, [...names].sort());
});

Deno.test("values have defaults and can be set", () => {
  const parameters = new Parameters();
  assert.equal(parameters.flag("notablescan"), false);
  assert.equal(parameters.set("notablescan", 1), false);
  assert.equal(parameters.flag("notablescan"), true);
  assert.equal(parameters.number("cursorTimeoutMillis"), 600000);
  parameters.setAtStart("enableTestCommands", true);
  assert.equal(parameters.get("enableTestCommands"), true);
  assert.equal(parameters.get("nothing"), undefined);
});

for (
  const [name, value, code] of [
    ["nothing", 1, 72],
    ["enableTestCommands", true, 20],
    ["notablescan", "x", 2],
    ["syncdelay", "x", 2],
  ] as const
) {
  Deno.test(`set(${name}, ${value}) is refused with ${code}`, () => {
    assert.throws(
      () => new Parameters().set(name, value),
      (error) => error instanceof CommandError && error.code === code,
    );
  });
}

Deno.test("the TTL monitor follows its parameters", async () => {
  await withEngine((engine) => {
    const parameters = new Parameters();
    parameters.set("ttlMonitorSleepSecs", 5);
    parameters.set("ttlMonitorEnabled", false);
    applyParameters(parameters, engine);
    assert.equal(engine.ttl.sleepMs, 5000);
    assert.equal(engine.ttl.isEnabled, false);
  });
});

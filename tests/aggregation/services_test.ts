import assert from "node:assert/strict";
import { AssertionError } from "../../src/assert.ts";
import type { PipelineServices } from "../../src/aggregation/services.ts";
import { servicesOf } from "../../src/aggregation/services.ts";
import { contextOf } from "./fixture.ts";

Deno.test("a stage that needs the server's services cannot run without them", () => {
  assert.throws(() => servicesOf(contextOf()), AssertionError);
  const services = {} as PipelineServices;
  assert.equal(servicesOf({ ...contextOf(), services }), services);
});

import assert from "node:assert/strict";
import {
  MONGODB_VERSION,
  MONGODB_VERSION_PARTS,
  PRODUCT_VERSION,
} from "../../src/commands/server_facts.ts";
import config from "../../deno.json" with { type: "json" };

Deno.test("the product version is the package's", () => {
  assert.equal(PRODUCT_VERSION, config.version);
});

Deno.test("the version's parts agree with its text", () => {
  assert.equal(MONGODB_VERSION_PARTS.slice(0, 3).join("."), MONGODB_VERSION);
});

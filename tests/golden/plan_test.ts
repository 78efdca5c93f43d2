// Every script of tests/golden/plan gives the plans it shows. `deno test -A tests/golden -- --update` rewrites them.

import assert from "node:assert/strict";
import { withServer } from "../commands/harness.ts";
import { runScript } from "./golden_run.ts";

const FOLDER = new URL("./plan/", import.meta.url);
const isUpdate = Deno.args.includes("--update");
const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();

Deno.test("golden plans", async (test) => {
  await withServer(async (server) => {
    for (const name of names) {
      await test.step(name, async () => {
        const file = new URL(name, FOLDER);
        const expected = await Deno.readTextFile(file);
        const actual = await runScript(server, name.replace(".txt", ""), expected);
        if (isUpdate && actual !== expected) await Deno.writeTextFile(file, actual);
        else assert.equal(actual, expected, `${name}: \`-- --update\` rewrites it`);
      });
    }
  });
});

Deno.test("there is a script for each topic", () => {
  assert.ok(names.length >= 12);
  assert.ok(names.every((name) => name.endsWith(".txt")));
});

// A short run of mutated commands; `deno task fuzz` runs more.

import { fuzzBadCommands } from "./bad_commands.ts";

Deno.test("mutated commands are answered with a result or a proper error", async () => {
  await fuzzBadCommands(1, 1500);
});

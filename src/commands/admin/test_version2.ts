// testVersion2: a command outside the stable API, for the drivers' tests of apiStrict.

import { type CommandDefinition, defineCommand } from "../definition.ts";

export const testVersion2: CommandDefinition = defineCommand({
  name: "testVersion2",
  help: "Does nothing; belongs to no version of the stable API.",
  auth: "none",
  testOnly: true,
  arguments: {},
  run: ({ reply }) => reply,
});

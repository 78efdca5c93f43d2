import assert from "node:assert/strict";
import { CommandTable } from "../../src/server/command_table.ts";
import { SERVER_COMMANDS } from "./test_server.ts";

function find(table: CommandTable, name: string): string | undefined {
  return table.find(new TextEncoder().encode(`${name}\0`), 0)?.name;
}

Deno.test("commands are found by name and alias", () => {
  const table = new CommandTable(SERVER_COMMANDS);
  assert.equal(find(table, "ping"), "ping");
  assert.equal(find(table, "ismaster"), "isMaster");
  assert.equal(find(table, "Ping"), undefined);
});

Deno.test("counters belong to one server, argument plans to all", () => {
  const [one, two] = [new CommandTable(SERVER_COMMANDS), new CommandTable(SERVER_COMMANDS)];
  one.entries[0].total++;
  assert.equal(two.entries[0].total, 0);
  assert.equal(one.entries[0].plan, two.entries[0].plan);
});

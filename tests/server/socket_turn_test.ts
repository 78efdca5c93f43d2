import assert from "node:assert/strict";
import { SocketTurn } from "../../src/server/socket_turn.ts";
import { yieldTurn } from "../../src/stream/turn.ts";
import { turnsOfExchanges } from "../stream/turn_test.ts";

Deno.test("sockets are looked at in every turn", async () => {
  const turn = await SocketTurn.open();
  assert.ok(turn !== undefined);
  const turns = await turnsOfExchanges();
  assert.ok(turns < 100, `${turns} turns for 20 exchanges`);
  turn.close();
});

Deno.test("closing lets those go on who wait", async () => {
  const turn = await SocketTurn.open();
  const waits = [yieldTurn(), yieldTurn()];
  turn!.close();
  await Promise.all(waits);
});

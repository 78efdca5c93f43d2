import assert from "node:assert/strict";
import { installTurn, isTurnDue, yieldTurn } from "../../src/stream/turn.ts";

Deno.test("timers get their turn", async () => {
  let fired = false;
  setTimeout(() => fired = true, 0);
  for (let i = 0; i < 1000 && !fired; i++) await yieldTurn();
  assert.equal(fired, true);
});

/** Turns that 20 exchanges over a socket take while the thread is always busy. */
export async function turnsOfExchanges(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = await Deno.connect({ port: (listener.addr as Deno.NetAddr).port });
  const server = await listener.accept();
  let answers = 0;
  const pings = (async () => {
    const buffer = new Uint8Array(1);
    for (let i = 0; i < 20; i++) {
      await client.write(buffer);
      await server.read(buffer);
      answers++;
    }
  })();
  let turns = 0;
  while (answers < 20 && turns < 1000) {
    // Work that never lets the loop run dry.
    for (const until = performance.now() + 1; performance.now() < until;);
    await yieldTurn();
    turns++;
  }
  await pings;
  for (const resource of [client, server, listener]) resource.close();
  return turns;
}

Deno.test("sockets get their turn while the thread is always busy", async () => {
  // Tied to turns, not to time: every exchange needs a few, not dozens.
  const turns = await turnsOfExchanges();
  assert.ok(turns < 200, `${turns} turns for 20 exchanges`);
});

Deno.test("an installed turn is used until it is taken away, and lets one go on at a time", async () => {
  let turns = 0;
  const uninstall = installTurn(() => {
    turns++;
    return Promise.resolve();
  });
  const seen: number[] = [];
  await Promise.all([1, 2, 3].map(() => yieldTurn().then(() => seen.push(turns))));
  assert.equal(turns, 3);
  assert.equal(seen[0] < seen[2], true, String(seen));
  uninstall();
  uninstall();
  await yieldTurn();
  assert.equal(turns, 3);
});

Deno.test("a turn is due when there was none for a while", async () => {
  await yieldTurn();
  assert.equal(isTurnDue(), false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(isTurnDue(), true);
});

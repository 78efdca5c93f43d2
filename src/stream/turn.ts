// One turn for everybody else: long work awaits this between its slices.
//
// It has to be more than a turn of the event loop. Sockets are looked at when the loop has nothing left to do; a loop that
// is handed a next task at once looks at them only every 61st task, which with slices of 5 ms keeps a ping waiting for 300 ms
// and more. What another thread does (a digest, a file operation) is often done before the loop comes to rest, and a
// timer costs milliseconds. So a server installs a turn that waits for a socket of its own (server/socket_turn.ts);
// without one, enough tasks are passed through the loop to make it look. Measured with a ping every 2 ms against slices of
// 5 ms, two cores: socket 0.05 ms a turn, ping p99 4 ms; 64 tasks 0.3 ms and 11 ms; digest 0.03 ms and 2200 ms; timer 3 ms and 50 ms.
//
// Of several that wait, one is let go on per turn: ten long queries do not delay others by ten slices.

import { setImmediate } from "node:timers";

/** Resolves after pending socket events had their turn. */
export type Turn = () => Promise<void>;

const LOOK_AFTER_TASKS = 64;
/** Sockets are to be looked at this often, whoever has the thread. */
const INTERVAL_MS = 5;
const turns: Turn[] = [];
const waiting: (() => void)[] = [];
let isTurning = false;
let lastTurnMs = 0;

async function passTasks(): Promise<void> {
  for (let i = 0; i < LOOK_AFTER_TASKS; i++) await new Promise<void>((next) => setImmediate(next));
}

/** Makes turns of a better kind until the function returned is called. */
export function installTurn(turn: Turn): () => void {
  turns.push(turn);
  return () => {
    const at = turns.indexOf(turn);
    if (at >= 0) turns.splice(at, 1);
  };
}

/** Resolves after pending socket and timer events had their turn. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (!isTurning) takeTurns();
  });
}

/**
 * True when there was no turn for a while. For those whose work comes in pieces that never wait: a client whose next request
 * is always there already keeps the loop as busy as a long query does.
 */
export function isTurnDue(): boolean {
  return performance.now() - lastTurnMs > INTERVAL_MS;
}

async function takeTurns(): Promise<void> {
  isTurning = true;
  while (waiting.length > 0) {
    await (turns.at(-1) ?? passTasks)();
    lastTurnMs = performance.now();
    waiting.shift()!();
  }
  isTurning = false;
}

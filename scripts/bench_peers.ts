// Benchmarks of whole commands against other servers, side by side in one run.
//
// `startPeers` starts servers with empty data folders on free ports, through the scripts of ../shared/bench/peers as mbench
// does ($PEERS_DIR has what they install, by default .peers in the checkout). `compareRows` takes each row round the peers
// in turn, so that a busy machine slows all of them, and prints median milliseconds, the ratio to the first peer, and the
// server's processor time, which is steadier than time on a machine that does other things as well.
// Left out: checks of the answers beyond what a row's `run` asserts; many clients at once (mbench has both).

import { MongoClient } from "mongodb";

const root = new URL("../", import.meta.url).pathname;
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
/** After a row over its limit: how long the server may take to become idle again. */
const IDLE_LIMIT_MS = 120_000;
const TICK_MS = 10;

export interface Peer {
  readonly name: string;
  readonly uri: string;
  readonly pid: number;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** What is measured, on each peer in turn. */
export interface Row {
  readonly name: string;
  /** Once for each peer, before the first repetition; not timed. */
  prepare(client: MongoClient): Promise<void>;
  /** Before each repetition; not timed. */
  reset?(client: MongoClient): Promise<void>;
  /** The time of this counts. It throws when an answer is wrong. */
  run(client: MongoClient, peer: Peer): Promise<void>;
  /** Once for each peer behind the last repetition; not timed. */
  finish?(client: MongoClient): Promise<void>;
}

/** What one row took on one peer. */
export interface Cell {
  /** Median; undefined when it failed or was over the limit. */
  readonly ms: number | undefined;
  /** The server's processor time, median; undefined where /proc is not there. */
  readonly cpuMs: number | undefined;
  /** The limit it was over, or what went wrong. */
  readonly failure: string | undefined;
}

export interface TableRow {
  readonly name: string;
  readonly cells: readonly Cell[];
}

export interface Table {
  readonly peers: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface CompareOptions {
  readonly repetitions?: number;
  readonly limitMs?: number;
  /** Where the lines of the table go as rows are done. */
  readonly print?: (line: string) => void;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The value below which `share` of the sorted values lie. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** User and system time in /proc/PID/stat; the program's name in it may hold spaces and brackets. */
export function parseProcessorMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The process's processor time so far; undefined where it cannot be told. */
export function processorMs(pid: number): number | undefined {
  try {
    return parseProcessorMs(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return undefined;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** The first answer to a ping, on a client of its own. */
async function waitUntilReady(uri: string, hasEnded: () => boolean, log: string): Promise<void> {
  const end = performance.now() + START_LIMIT_MS;
  while (performance.now() < end) {
    if (hasEnded()) break;
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 1000 });
    try {
      await client.db("admin").command({ ping: 1 });
      return;
    } catch {
      await sleep(50);
    } finally {
      await client.close();
    }
  }
  const text = await Deno.readTextFile(log).catch(() => "");
  throw new Error(`no answer from ${uri}: ${text.slice(-2000)}`);
}

async function startPeer(name: string): Promise<Peer> {
  const [script, folder] = name.split("@", 2);
  const scripts = new URL("../../shared/bench/peers", import.meta.url).pathname;
  const data = await Deno.makeTempDir({ prefix: `bench-${script}-` });
  const log = `${data}.log`;
  const port = freePort();
  const peers = Deno.env.get("PEERS_DIR") ?? `${root}.peers`;
  await Deno.mkdir(peers, { recursive: true });
  // Each of the two shells becomes the next program, so the process is the server in the end.
  const process = new Deno.Command("bash", {
    args: ["-c", 'exec bash "$0" run "$1" "$2" >"$3" 2>&1', `${scripts}/${script}.sh`, `${port}`]
      .concat(data, log),
    env: { PEERS_DIR: peers, PROJECT: folder ?? root },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let hasEnded = false;
  const ended = process.status.then(() => hasEnded = true);
  const stop = async () => {
    if (!hasEnded) process.kill("SIGTERM");
    const late = setTimeout(() => process.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(late);
    await Deno.remove(data, { recursive: true });
    await Deno.remove(log);
  };
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  try {
    await waitUntilReady(uri, () => hasEnded, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, uri, pid: process.pid, stop };
}

/**
 * Starts the servers one after the other; when one does not start, those before it are stopped again. A name is that of
 * a script (secantusdb, secantus-rs, secantus-py); `secantusdb@FOLDER` is another checkout of this project.
 */
export async function startPeers(names: readonly string[]): Promise<Peer[]> {
  const peers: Peer[] = [];
  try {
    for (const name of names) peers.push(await startPeer(name));
  } catch (error) {
    await stopPeers(peers);
    throw error;
  }
  return peers;
}

export async function stopPeers(peers: readonly Peer[]): Promise<void> {
  for (const peer of peers) await peer.stop();
}

/** Waits until the server no longer works: what a row over its limit asked for may still go on. */
async function waitUntilIdle(peer: Peer): Promise<void> {
  const end = performance.now() + IDLE_LIMIT_MS;
  let before = processorMs(peer.pid);
  while (before !== undefined && performance.now() < end) {
    await sleep(500);
    const now = processorMs(peer.pid);
    if (now === undefined || now - before < 50) return;
    before = now;
  }
}

/** The measurements of one row on one peer. */
class Lane {
  readonly #times: number[] = [];
  readonly #processorTimes: number[] = [];
  #client: MongoClient;
  failure: string | undefined;

  constructor(readonly peer: Peer, readonly row: Row, readonly limitMs: number) {
    this.#client = new MongoClient(peer.uri);
  }

  /** Does one step unless an earlier one failed; a failure is shown instead of a time. */
  async attempt(step: (client: MongoClient) => Promise<void>): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await step(this.#client);
    } catch (error) {
      this.failure ??= `error: ${error instanceof Error ? error.message : error}`.slice(0, 120);
    }
  }

  async time(): Promise<void> {
    await this.attempt(async (client) => {
      await this.row.reset?.(client);
      const processorBefore = processorMs(this.peer.pid);
      const start = performance.now();
      const isOver = await isOverLimit(this.row.run(client, this.peer), this.limitMs);
      if (isOver) {
        this.failure = `> ${formatMs(this.limitMs)}`;
        await client.close(true);
        this.#client = new MongoClient(this.peer.uri);
        return await waitUntilIdle(this.peer);
      }
      this.#times.push(performance.now() - start);
      const processorAfter = processorMs(this.peer.pid);
      if (processorBefore !== undefined && processorAfter !== undefined) {
        this.#processorTimes.push(processorAfter - processorBefore);
      }
    });
  }

  async close(): Promise<Cell> {
    await this.row.finish?.(this.#client).catch(() => {});
    await this.#client.close();
    const isMeasured = this.failure === undefined && this.#times.length > 0;
    return {
      ms: isMeasured ? median(this.#times) : undefined,
      cpuMs: isMeasured && this.#processorTimes.length > 0
        ? median(this.#processorTimes)
        : undefined,
      failure: this.failure,
    };
  }
}

async function isOverLimit(work: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), limitMs);
  });
  const isOver = await Promise.race([work.then(() => false as const), limit])
    .finally(() => clearTimeout(timer));
  // The connection is closed under the work that goes on; its error is no news.
  if (isOver) work.catch(() => {});
  return isOver;
}

async function compareRow(row: Row, peers: readonly Peer[], options: CompareOptions) {
  const { repetitions = 5, limitMs = 60_000 } = options;
  const lanes = peers.map((peer) => new Lane(peer, row, limitMs));
  for (const lane of lanes) await lane.attempt((client) => row.prepare(client));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (let i = 0; i < lanes.length; i++) await lanes[(i + repetition) % lanes.length].time();
  }
  const cells: Cell[] = [];
  for (const lane of lanes) cells.push(await lane.close());
  return { name: row.name, cells };
}

/** Measures the rows, printing each line of the table when it is known. */
export async function compareRows(
  rows: readonly Row[],
  peers: readonly Peer[],
  options: CompareOptions = {},
): Promise<Table> {
  const print = options.print ?? console.log;
  const names = peers.map((peer) => peer.name);
  for (const line of tableHead(names)) print(line);
  const done: TableRow[] = [];
  for (const row of rows) {
    const measured = await compareRow(row, peers, options);
    done.push(measured);
    print(tableLine(measured));
  }
  return { peers: names, rows: done };
}

export function formatMs(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}

/** The two first lines of the table. Ratios below 1 are faster than the first peer. */
export function tableHead(peers: readonly string[]): string[] {
  const first = peers[0] ?? "";
  const columns = ["row", ...peers];
  for (const peer of peers.slice(1)) columns.push(`${peer} / ${first}`, "CPU ratio");
  return [`| ${columns.join(" | ")} |`, `|${columns.map(() => "---|").join("")}`];
}

function ratio(value: number | undefined, base: number | undefined): string {
  return value === undefined || base === undefined || base === 0 ? "" : (value / base).toFixed(2);
}

/** One line: times with processor times, then for each peer but the first both ratios. */
export function tableLine(row: TableRow): string {
  const columns = [row.name];
  for (const { ms, cpuMs, failure } of row.cells) {
    const time = ms === undefined ? failure ?? "" : formatMs(ms);
    columns.push(cpuMs === undefined ? time : `${time} (CPU ${cpuMs.toFixed(0)})`);
  }
  const [first, ...others] = row.cells;
  for (const cell of others) {
    columns.push(ratio(cell.ms, first.ms), ratio(cell.cpuMs, first.cpuMs));
  }
  return `| ${columns.join(" | ")} |`;
}

/** The whole table as markdown. */
export function markdownTable(table: Table): string {
  return [...tableHead(table.peers), ...table.rows.map(tableLine)].join("\n");
}

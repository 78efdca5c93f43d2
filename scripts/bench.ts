// `deno task bench [filters | fairness | indexes | aggregation | MBENCH FLAGS]`: the benchmarks behind the figures we quote.
//
// Without arguments: mbench (../shared/bench) on the workloads of this step, this checkout against the Rust peer in the
// same run. `filters` compares filters with JavaScript libraries, `fairness` measures a client's ping while others
// work hard, and how soon their work can be stopped, `indexes` compares with the Rust peer what indexes are for,
// `aggregation` pipelines with both peers. Figures are ratios within one run; the machine they ran on is printed with them.

import { aggregation } from "./bench_aggregation.ts";
import { fairness } from "./bench_fairness.ts";
import { indexes } from "./bench_indexes.ts";
import { stopTimes } from "./bench_stop.ts";

const root = new URL("../", import.meta.url).pathname;
const WORKLOADS = "^(ping|insert_|find_|sort_|count_|distinct|update_|replace_|delete_|mixed_)";

async function run(
  command: string,
  args: string[],
  options: Deno.CommandOptions = {},
): Promise<void> {
  const { code } = await new Deno.Command(command, { args, ...options }).spawn().status;
  if (code !== 0) Deno.exit(code);
}

/** Builds mbench in a scratch folder: ../shared may be read-only. */
async function buildMbench(shared: string): Promise<string> {
  const folder = `${root}.peers/mbench`;
  await Deno.mkdir(folder, { recursive: true });
  for await (const entry of Deno.readDir(`${shared}/mbench`)) {
    if (!entry.isFile) continue;
    const text = await Deno.readFile(`${shared}/mbench/${entry.name}`);
    await Deno.writeFile(`${folder}/${entry.name}`, text);
  }
  await run("go", ["build", "-o", "mbench", "."], { cwd: folder });
  return `${folder}/mbench`;
}

async function compareServers(flags: string[]): Promise<void> {
  const shared = new URL("../../shared/bench", import.meta.url).pathname;
  const mbench = await buildMbench(shared);
  const peers = [`${shared}/peers/secantus-rs.sh`, `${shared}/peers/secantusdb.sh`];
  await run(mbench, [
    ...peers.flatMap((peer) => ["--peer", peer]),
    ...(flags.length > 0 ? flags : ["--only", WORKLOADS, "--restart"]),
  ], {
    cwd: root,
    env: { PROJECT: root, PEERS_DIR: Deno.env.get("PEERS_DIR") ?? `${root}.peers` },
  });
}

if (import.meta.main) {
  const [what, ...flags] = Deno.args;
  if (what === "filters") {
    await run(Deno.execPath(), ["run", "-A", `${root}scripts/bench_filters.ts`]);
  } else if (what === "fairness") {
    await fairness();
    await stopTimes();
  } else if (what === "indexes") {
    await indexes(flags);
  } else if (what === "aggregation") {
    await aggregation(flags);
  } else await compareServers(what === undefined ? [] : [what, ...flags]);
}

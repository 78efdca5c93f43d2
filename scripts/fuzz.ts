// `deno task fuzz [name] [seed] [cases]`: runs one fuzzer of tests/fuzz, or all of them (`all`, the default).
//
// The table is what tests/fuzz exports: functions of (seed, cases) that throw on the first case that breaks their law. A fuzzer is
// called after its function: fuzzKeyOrder -> key_order. The seed is printed first, so that any failure can be run again.

const FOLDER = new URL("../tests/fuzz/", import.meta.url);
const DEFAULT_CASES = 2000;

/** Fuzzers whose cases are cheap, or whose law is only worth something over many. */
const CASES = new Map([
  ["bad_commands", 10_000],
  ["filter_differential", 50_000],
  ["plan_law", 20_000],
  ["time_series", 100],
]);

export type Fuzzer = (seed: number, cases: number) => void | Promise<void>;

/** All fuzzers by name, sorted. */
export async function findFuzzers(folder: URL = FOLDER): Promise<Map<string, Fuzzer>> {
  const found: [string, Fuzzer][] = [];
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name);
  for (const name of names.filter((name) => name.endsWith(".ts") && !name.endsWith("_test.ts"))) {
    const module: Record<string, unknown> = await import(new URL(name, folder).href);
    for (const [exported, value] of Object.entries(module)) {
      if (typeof value !== "function" || value.length !== 2) continue;
      if (/^fuzz[A-Z]|Laws$/.test(exported)) found.push([fuzzerName(exported), value as Fuzzer]);
    }
  }
  return new Map(found.sort(([a], [b]) => a < b ? -1 : 1));
}

/** fuzzKeyOrder -> key_order, updateLaws -> update_laws. */
export function fuzzerName(exported: string): string {
  const words = exported.replace(/^fuzz/, "").match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [exported];
  return words.join("_").toLowerCase();
}

/** How many cases a fuzzer runs when the command line does not say. */
export function defaultCases(name: string): number {
  return CASES.get(name) ?? DEFAULT_CASES;
}

/** Runs fuzzers one after the other, each its default number of cases unless told; true when none failed. */
export async function runFuzzers(
  fuzzers: Iterable<[string, Fuzzer]>,
  seed: number,
  casesAsked: number | undefined,
  report: (line: string) => void = console.log,
): Promise<boolean> {
  let passed = true;
  for (const [name, fuzzer] of fuzzers) {
    const cases = casesAsked ?? defaultCases(name);
    report(`${name}: seed ${seed}, ${cases} cases`);
    const started = performance.now();
    try {
      await fuzzer(seed, cases);
      report(`${name}: passed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      passed = false;
      report(`${name}: FAILED, again with: deno task fuzz ${name} ${seed} ${cases}`);
      report(error instanceof Error ? error.stack ?? error.message : String(error));
    }
  }
  return passed;
}

async function main(words: readonly string[]): Promise<number> {
  const fuzzers = await findFuzzers();
  const [name = "all", seedWord, casesWord] = words;
  const chosen = name === "all" ? [...fuzzers] : [...fuzzers].filter(([known]) => known === name);
  const seed = seedWord === undefined ? Date.now() % 2 ** 31 : Number(seedWord);
  const cases = casesWord === undefined ? undefined : Number(casesWord);
  const areNumbers = [seed, cases ?? 0].every(Number.isSafeInteger);
  if (chosen.length === 0 || !areNumbers) {
    console.error("usage: deno task fuzz [name] [seed] [cases]");
    console.error(`names: all ${[...fuzzers.keys()].join(" ")}`);
    return 2;
  }
  return await runFuzzers(chosen, seed, cases) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

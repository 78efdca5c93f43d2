// `deno task compile`: one executable, dist/secantusdb, with the native library inside.
//
// cli.ts is bundled to a single main.js first and compiled in a scratch folder of its own: `deno compile` would walk up to
// a package.json and embed a whole node_modules. The bundle stays unminified: its size is nothing beside the base
// executable, and stack traces in bug reports stay readable. The compiler and its base come from DENO_COMPILE_CLI and
// DENORT_BIN where these are set (machines without internet), else from the running Deno, which fetches its base.

import { BuildError, ensureLibrary } from "./build_wiredtiger.ts";
import { environment } from "../ffi/platform.ts";
import { mustRun, ProcessError, run } from "./process.ts";

const ROOT = new URL("..", import.meta.url).pathname;

export interface CompileOptions {
  /** Program to compile; cli.ts of this checkout unless given. */
  entry?: string;
  /** Executable to write; dist/secantusdb of this checkout unless given. */
  output?: string;
  report?: (line: string) => void;
}

/** Compiles and returns the path of the executable. Throws BuildError or ProcessError. */
export async function compile(options: CompileOptions = {}): Promise<string> {
  const report = options.report ?? ((line: string) => console.error(line));
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  const output = options.output ?? `${ROOT}dist/secantusdb${suffix}`;
  const library = await ensureLibrary({ report });
  const scratch = await Deno.makeTempDir({ prefix: "secantusdb-compile-" });
  try {
    await bundle(options.entry ?? `${ROOT}cli.ts`, `${scratch}/main.js`, report);
    const libraryName = library.slice(library.lastIndexOf("/") + 1);
    await Deno.copyFile(library, `${scratch}/${libraryName}`);
    await Deno.mkdir(output.slice(0, output.lastIndexOf("/")), { recursive: true });
    report("compiling");
    const compiled = `${scratch}/secantusdb${suffix}`;
    await mustRun(environment("DENO_COMPILE_CLI") ?? Deno.execPath(), [
      ...["compile", "-A", "--no-check", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
      ...["--include", libraryName, "--output", compiled, "main.js"],
    ], { cwd: scratch });
    // Copied next to the target and renamed: a running server keeps the executable it was started from.
    await Deno.copyFile(compiled, `${output}.new`);
    await Deno.chmod(`${output}.new`, 0o755);
    await Deno.rename(`${output}.new`, output);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
  return output;
}

/** One JavaScript file out of the entry and everything it imports. */
async function bundle(
  entry: string,
  output: string,
  report: (line: string) => void,
): Promise<void> {
  report("bundling");
  const bundleArguments = ["bundle", "--quiet", "--platform", "deno", "--output", output, entry];
  const first = await run(Deno.execPath(), bundleArguments, { cwd: ROOT });
  if (first.code === 0) return;
  const other = environment("DENO_COMPILE_CLI");
  if (other === undefined) throw new ProcessError(`deno bundle failed:\n${first.output}`);
  // Deno 2.6 fetches esbuild for bundling and npm packages with certificates of its own unless told otherwise.
  await mustRun(other, bundleArguments, { cwd: ROOT, env: { DENO_TLS_CA_STORE: "system" } });
}

if (import.meta.main) {
  try {
    const path = await compile();
    const { size } = await Deno.stat(path);
    console.log(`${path} (${(size / 1e6).toFixed(1)} MB)`);
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof ProcessError)) throw error;
    console.error(`error: ${error.message}`);
    Deno.exit(1);
  }
}

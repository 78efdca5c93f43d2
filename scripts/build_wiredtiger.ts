// Builds the native library: WiredTiger's source distribution from PyPI, and ffi/glue.c, in one shared library.
//
//   deno run -A scripts/build_wiredtiger.ts        about 70 s the first time, silent when all is there
//   deno run -A scripts/build_wiredtiger.ts --path  prints the library's path too
//
// Everything lands in the user's cache by content hash, WiredTiger's static archive apart from the finished library, so that a
// change of glue.c costs half a second. Two builders at once: the second waits on a file lock. A killed build leaves only a
// scratch folder, never a half-made library (folders are renamed into place). What differs per platform: ffi/platform.ts.

import { cachedLibrary, glueSource } from "../ffi/library.ts";
import {
  archiveKey,
  currentPlatform,
  environment,
  libraryKey,
  nativeCacheDirectory,
  type NativePlatform,
  WIREDTIGER_SHA256,
  WIREDTIGER_VERSION,
} from "../ffi/platform.ts";
import { GLUE_VERSION } from "../ffi/symbols.ts";
import { findCommand, mustRun, ProcessError } from "./process.ts";

/** Build tools from PyPI where the machine has none. */
const BUILD_TOOLS = ["cmake==3.31.6", "ninja==1.11.1.4"];

/** What WiredTiger is built with: one static, position-independent archive and nothing around it. */
const CMAKE_OPTIONS = [
  ...["-DCMAKE_BUILD_TYPE=Release", "-DENABLE_STATIC=ON", "-DENABLE_SHARED=OFF", "-DWITH_PIC=ON"],
  ...["-DENABLE_PYTHON=OFF", "-DENABLE_LZ4=OFF", "-DENABLE_SNAPPY=OFF", "-DENABLE_ZLIB=OFF"],
  ...["-DENABLE_ZSTD=OFF", "-DENABLE_IAA=OFF", "-DENABLE_STRICT=OFF", "-DHAVE_UNITTEST=OFF"],
  ...["-DENABLE_CPPSUITE=OFF", "-DENABLE_MODEL=OFF"],
];

/**
 * Changes to WiredTiger's source, each a text that must be there. The first open in a process measures the processor's clock
 * with three empty loops of 100 million rounds, 80 ms of a cold start; a million (0.3 ms) tells the ratio to 0.1 %, and the clock
 * only times statistics and slow operations.
 */
export const SOURCE_CHANGES: readonly { file: string; from: string; to: string }[] = [{
  file: "src/support/global.c",
  from: "for (i = 0; i < 100 * WT_MILLION; i++)",
  to: "for (i = 0; i < WT_MILLION; i++)",
}];

/** Something is missing on this machine; the message is one line for the user. */
export class BuildError extends Error {
  override name = "BuildError";
}

interface BuildPlace {
  readonly platform: NativePlatform;
  readonly cache: string;
  readonly glue: string;
  report(line: string): void;
}

export interface EnsureOptions {
  /** Gets progress lines; they go to stderr unless given. */
  report?: (line: string) => void;
}

/** Path of the library for this checkout, built first when the cache does not have it. Throws BuildError. */
export async function ensureLibrary(options: EnsureOptions = {}): Promise<string> {
  const platform = currentPlatform();
  if (platform === undefined) {
    throw new BuildError(`SecantusDB cannot be built on ${Deno.build.os}`);
  }
  const cached = cachedLibrary(platform);
  if (cached !== undefined) return cached;
  const cache = nativeCacheDirectory();
  const glue = glueSource();
  if (cache === undefined) throw new BuildError("no cache folder: set HOME or XDG_CACHE_HOME");
  if (glue === undefined) {
    throw new BuildError("ffi/glue.c is not there: build in a checkout of SecantusDB");
  }
  await Deno.mkdir(cache, { recursive: true });
  const report = options.report ?? ((line: string) => console.error(line));
  return await withLock({ platform, cache, glue, report });
}

async function withLock(place: BuildPlace): Promise<string> {
  const { platform, cache, glue, report } = place;
  const lock = await Deno.open(`${cache}/build.lock`, { create: true, write: true });
  try {
    const waiting = setTimeout(() => report("another build is running: waiting for it"), 1000);
    await lock.lock(true);
    clearTimeout(waiting);
    const built = cachedLibrary(platform);
    if (built !== undefined) return built;
    removeScratch(cache);
    const archive = await ensureArchive(place);
    const directory = `${cache}/${libraryKey(platform, glue, GLUE_VERSION)}`;
    await inScratch(cache, directory, (scratch) => linkLibrary(place, archive, scratch));
    removeOlderLibraries(cache, directory);
    report(`native library ready: ${directory}/${platform.libraryFileName}`);
    return `${directory}/${platform.libraryFileName}`;
  } finally {
    lock.close();
  }
}

/** Folder with WiredTiger's static archive and header. */
async function ensureArchive(place: BuildPlace): Promise<string> {
  const directory = `${place.cache}/${archiveKey(place.platform)}`;
  if (exists(`${directory}/${place.platform.archiveFileName}`)) return directory;
  const started = performance.now();
  place.report(`building WiredTiger ${WIREDTIGER_VERSION} (once, about a minute) ...`);
  await inScratch(place.cache, directory, (scratch) => buildArchive(place, scratch));
  place.report(`WiredTiger built in ${Math.round((performance.now() - started) / 1000)} s`);
  return directory;
}

async function buildArchive(place: BuildPlace, scratch: string): Promise<void> {
  const { platform, report } = place;
  const work = `${scratch}/work`;
  await Deno.mkdir(work);
  const python = await demand(platform.pythonCommands, "Python 3 (python3)");
  const compiler = await findCompiler(platform);
  if (Deno.build.os !== "windows") await demand(["c++", "g++", "clang++"], "a C++ compiler (c++)");
  const tools = await findBuildTools(place, python, `${work}/tools`);
  report("  fetching the source distribution with pip");
  const source = await download(python, work);
  changeSource(source);
  report("  configuring");
  const build = `${work}/build`;
  await mustRun(tools.cmake, [
    ...["-G", "Ninja", "-S", source, "-B", build, `-DCMAKE_MAKE_PROGRAM=${tools.ninja}`],
    ...[`-DCMAKE_C_COMPILER=${compiler}`, ...CMAKE_OPTIONS],
    ...(Deno.build.os === "windows" ? [] : ["-DCMAKE_C_FLAGS=-w"]),
  ]);
  await compile(place, tools.ninja, build);
  await Deno.rename(
    `${build}/${platform.archiveFileName}`,
    `${scratch}/${platform.archiveFileName}`,
  );
  await Deno.rename(`${build}/include/wiredtiger.h`, `${scratch}/wiredtiger.h`);
  await Deno.remove(work, { recursive: true });
}

async function compile(place: BuildPlace, ninja: string, build: string): Promise<void> {
  let nextPercent = 10;
  const onLine = (line: string): void => {
    const progress = /^\[(\d+)\/(\d+)\]/.exec(line);
    if (progress === null) return;
    const percent = Math.floor((100 * Number(progress[1])) / Number(progress[2]));
    if (percent < nextPercent) return;
    place.report(`  compiling ${percent} %`);
    nextPercent = percent - (percent % 10) + 10;
  };
  await mustRun(ninja, ["-C", build, place.platform.archiveFileName], { onLine });
}

/** Compiles glue.c and links it with the archive into `scratch`. */
async function linkLibrary(place: BuildPlace, archive: string, scratch: string): Promise<void> {
  const { platform, glue } = place;
  const output = `${scratch}/${platform.libraryFileName}`;
  const files: string[] = [];
  const writeFile = (name: string, text: string): string => {
    const path = `${scratch}/${name}`;
    Deno.writeTextFileSync(path, text);
    files.push(path);
    return path;
  };
  const compiler = await findCompiler(platform);
  const linkArguments = platform.linkArguments({
    compiler,
    source: writeFile("glue.c", glue),
    includeDirectory: archive,
    archive: `${archive}/${platform.archiveFileName}`,
    output,
    writeFile,
  });
  await mustRun(compiler, linkArguments, { cwd: scratch });
  for (const file of files) await Deno.remove(file);
}

/**
 * Fetches the source with pip, which checks the hash, and unpacks it. pip makes the package's metadata on the way (it has to
 * know the name) but compiles nothing.
 */
async function download(python: string, work: string): Promise<string> {
  const requirements = `${work}/requirements.txt`;
  const pin = `wiredtiger==${WIREDTIGER_VERSION} --hash=sha256:${WIREDTIGER_SHA256}\n`;
  await Deno.writeTextFile(requirements, pin);
  await mustRun(python, [
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"],
    ...["--no-binary", ":all:", "--require-hashes", "-r", requirements, "-d", work],
  ]);
  const name = `wiredtiger-${WIREDTIGER_VERSION}`;
  await mustRun(python, ["-m", "tarfile", "-e", `${work}/${name}.tar.gz`, work]);
  return `${work}/${name}`;
}

/** Makes SOURCE_CHANGES in an unpacked source; an error where a text is not there exactly once. */
export function changeSource(source: string): void {
  for (const { file, from, to } of SOURCE_CHANGES) {
    const parts = Deno.readTextFileSync(`${source}/${file}`).split(from);
    if (parts.length !== 2) {
      throw new BuildError(`WiredTiger's ${file} is not as expected: "${from}" is not there once`);
    }
    Deno.writeTextFileSync(`${source}/${file}`, parts.join(to));
  }
}

interface BuildTools {
  readonly cmake: string;
  readonly ninja: string;
}

/** cmake and ninja of the machine, else from PyPI in a private environment. */
async function findBuildTools(
  place: BuildPlace,
  python: string,
  environmentPath: string,
): Promise<BuildTools> {
  const cmake = await findCommand(["cmake"]);
  const ninja = await findCommand(["ninja", "ninja-build"]);
  if (cmake !== undefined && ninja !== undefined) return { cmake, ninja };
  place.report("  cmake or ninja is not on this machine: taking both from PyPI");
  const { virtualEnvironmentBin, executableSuffix } = place.platform;
  const bin = `${environmentPath}/${virtualEnvironmentBin}`;
  try {
    await mustRun(python, ["-m", "venv", environmentPath]);
    await mustRun(`${bin}/python${executableSuffix}`, [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...BUILD_TOOLS],
    ]);
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    throw new BuildError(
      `cmake and ninja are missing and cannot be installed from PyPI; install both: ${error.message}`,
    );
  }
  return { cmake: `${bin}/cmake${executableSuffix}`, ninja: `${bin}/ninja${executableSuffix}` };
}

function findCompiler(platform: NativePlatform): Promise<string> {
  const named = environment("CC");
  if (Deno.build.os === "windows") {
    return demand([named, ...platform.compilerCommands], "a C compiler (cl)", ["/?"]);
  }
  return demand([named, ...platform.compilerCommands], "a C compiler (cc)");
}

async function demand(
  candidates: readonly (string | undefined)[],
  what: string,
  probe?: readonly string[],
): Promise<string> {
  const found = await findCommand(candidates, probe);
  if (found !== undefined) return found;
  throw new BuildError(`SecantusDB's native library needs ${what}, which is not on this machine`);
}

/** Fills a scratch folder and renames it to `directory`: whole or not at all. */
async function inScratch(
  cache: string,
  directory: string,
  fill: (scratch: string) => Promise<void>,
): Promise<void> {
  const scratch = await Deno.makeTempDir({ dir: cache, prefix: "scratch-" });
  try {
    await fill(scratch);
    if (exists(directory)) await Deno.remove(directory, { recursive: true });
    await Deno.rename(scratch, directory);
  } catch (error) {
    await Deno.remove(scratch, { recursive: true });
    throw error;
  }
}

/** Scratch folders that a killed build left behind; called under the lock. */
function removeScratch(cache: string): void {
  for (const entry of [...Deno.readDirSync(cache)]) {
    if (entry.name.startsWith("scratch-")) {
      Deno.removeSync(`${cache}/${entry.name}`, { recursive: true });
    }
  }
}

/** Keeps the ten newest libraries: other checkouts and branches use theirs. */
function removeOlderLibraries(cache: string, current: string): void {
  const libraries = [...Deno.readDirSync(cache)]
    .filter((entry) => entry.name.startsWith("glue-"))
    .map((entry) => `${cache}/${entry.name}`)
    .map((path) => ({ path, time: Deno.statSync(path).mtime?.getTime() ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of libraries.slice(10)) {
    if (path !== current) Deno.removeSync(path, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  try {
    const path = await ensureLibrary();
    if (Deno.args.includes("--path")) console.log(path);
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof ProcessError)) throw error;
    console.error(`error: ${error.message}`);
    Deno.exit(1);
  }
}

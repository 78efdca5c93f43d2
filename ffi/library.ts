// Finds and opens the one native library (WiredTiger and glue.c).
//
// Order: an explicit path (option, then SECANTUSDB_LIBRARY), embedded in the compiled binary (a file beside the bundled
// main.js), the build cache. An explicit path that does not work is an error, never silently replaced by another one.
// Every failure is one NativeLibraryError that names the remedy. Building is left to scripts/build_wiredtiger.ts.

import { NativeLibraryError } from "./errors.ts";
import {
  currentPlatform,
  environment,
  libraryKey,
  nativeCacheDirectory,
  type NativePlatform,
} from "./platform.ts";
import { GLUE_VERSION, type NativeSymbols, SYMBOLS } from "./symbols.ts";

/** Environment variable with the path of the library. */
export const LIBRARY_VARIABLE = "SECANTUSDB_LIBRARY";

const BUILD_REMEDY = "build it with `deno task build`, or name it in SECANTUSDB_LIBRARY";

/** An opened native library; shared by all connections of the process and never unloaded. */
export class WtLibrary {
  static readonly #opened = new Map<string, WtLibrary>();

  readonly path: string;
  readonly native: NativeSymbols;

  private constructor(path: string, native: NativeSymbols) {
    this.path = path;
    this.native = native;
  }

  /** Opens the library, found as described above. Throws NativeLibraryError. */
  static open(explicitPath?: string): WtLibrary {
    const path = explicitPath ?? findLibrary();
    const known = WtLibrary.#opened.get(path);
    if (known !== undefined) return known;
    const library = new WtLibrary(path, load(path));
    WtLibrary.#opened.set(path, library);
    return library;
  }

  /** WiredTiger's own version text. */
  get version(): string {
    const buffer = new Uint8Array(200);
    const size = this.native.swt_wiredtiger_version(buffer, buffer.length);
    return new TextDecoder().decode(buffer.subarray(0, size));
  }

  /** What WiredTiger or the system says about a code. */
  errorText(code: number): string {
    const buffer = new Uint8Array(300);
    const size = this.native.swt_error_text(code, buffer, buffer.length);
    return new TextDecoder().decode(buffer.subarray(0, size));
  }
}

/** Path of the library that `WtLibrary.open()` would take. Throws NativeLibraryError when there is none. */
export function findLibrary(): string {
  const named = environment(LIBRARY_VARIABLE);
  if (named !== undefined) return named;
  const platform = currentPlatform();
  if (platform === undefined) {
    throw new NativeLibraryError(`SecantusDB has no native library for ${Deno.build.os}`);
  }
  const found = embeddedLibrary(platform) ?? cachedLibrary(platform);
  if (found !== undefined) return found;
  throw new NativeLibraryError(
    `the native library ${platform.libraryFileName} is not there: ${BUILD_REMEDY}`,
  );
}

/** The library beside this module, as `deno task compile` packs it. */
function embeddedLibrary(platform: NativePlatform): string | undefined {
  if (import.meta.dirname === undefined) return undefined;
  const path = `${import.meta.dirname}/${platform.libraryFileName}`;
  return isFile(path) ? path : undefined;
}

/** The library as the build script leaves it in the user's cache. */
export function cachedLibrary(platform: NativePlatform): string | undefined {
  const directory = nativeCacheDirectory();
  if (directory === undefined) return undefined;
  const glue = glueSource();
  if (glue !== undefined) {
    const path = `${directory}/${
      libraryKey(platform, glue, GLUE_VERSION)
    }/${platform.libraryFileName}`;
    return isFile(path) ? path : undefined;
  }
  return newestOfVersion(platform, directory);
}

/** glue.c beside this module; undefined when the module came over the network or out of a bundle. */
export function glueSource(): string | undefined {
  if (import.meta.dirname === undefined) return undefined;
  return guardRead(() => Deno.readTextFileSync(`${import.meta.dirname}/glue.c`));
}

/** Without glue.c there is no content hash to ask for: take the newest build with the same glue version. */
function newestOfVersion(platform: NativePlatform, directory: string): string | undefined {
  let newest: { path: string; time: number } | undefined;
  const entries = guardRead(() => [...Deno.readDirSync(directory)]) ?? [];
  for (const entry of entries) {
    if (!entry.name.startsWith(`glue-${GLUE_VERSION}-`)) continue;
    const path = `${directory}/${entry.name}/${platform.libraryFileName}`;
    const time = guardRead(() => Deno.statSync(path).mtime?.getTime() ?? 0);
    if (time !== undefined && (newest === undefined || time > newest.time)) newest = { path, time };
  }
  return newest?.path;
}

function isFile(path: string): boolean {
  return guardRead(() => Deno.statSync(path).isFile) ?? false;
}

/** Undefined when the file is not there; a missing permission becomes the error that names it. */
function guardRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new NativeLibraryError(
        `SecantusDB may not look for its native library (${error.message}): run Deno with -A, or with ` +
          "--allow-read --allow-write --allow-env --allow-ffi --allow-net",
      );
    }
    throw error;
  }
}

function load(path: string): NativeSymbols {
  let opened: Deno.DynamicLibrary<typeof SYMBOLS>;
  try {
    opened = Deno.dlopen(path, SYMBOLS);
  } catch (error) {
    throw new NativeLibraryError(loadFailure(path, error as Error), { cause: error });
  }
  const version = opened.symbols.swt_glue_version();
  if (version === GLUE_VERSION) return opened.symbols;
  throw new NativeLibraryError(
    `the native library ${path} has version ${version}, this SecantusDB needs ${GLUE_VERSION}: ${BUILD_REMEDY}`,
  );
}

function loadFailure(path: string, error: Error): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `SecantusDB may not load its native library ${path}: run Deno with -A, or with --allow-ffi`;
  }
  if (!isFile(path)) return `the native library ${path} is not there: ${BUILD_REMEDY}`;
  return `the native library ${path} cannot be loaded (${error.message}): ${BUILD_REMEDY}`;
}

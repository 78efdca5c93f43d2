// Everything of the native library that differs from one platform to the next: names, cache folder, tools, flags.
//
// library.ts looks the library up with it, scripts/build_wiredtiger.ts builds with it. Linux x64 is what is tested;
// Linux arm64, macOS and Windows are provided for here and nowhere else. What it leaves out: building and opening.

/** Release of WiredTiger that is built in. */
export const WIREDTIGER_VERSION = "11.3.1";
/** SHA-256 of its source distribution on PyPI. */
export const WIREDTIGER_SHA256 = "95052d1b6fc06921dd617aafa1ba2a773d8dbbbf2eb74f77147290a630e598d0";
/** Raise when the way of building changes, so that caches are built anew. */
export const BUILD_VERSION = "3";

export interface NativePlatform {
  /** Shown in messages and part of the cache key, for example "linux-x86_64". */
  readonly name: string;
  /** File name of the one shared library. */
  readonly libraryFileName: string;
  /** File name of WiredTiger's static archive as cmake names it. */
  readonly archiveFileName: string;
  /** Commands that may start Python 3, in order of preference. */
  readonly pythonCommands: readonly string[];
  /** Commands that may be the C compiler, in order of preference; CC in the environment goes first. */
  readonly compilerCommands: readonly string[];
  /** Where pip's scripts land inside a virtual environment. */
  readonly virtualEnvironmentBin: string;
  /** Suffix of executables. */
  readonly executableSuffix: string;
  /** Flags that compile glue.c and link it with the archive into the library. */
  linkArguments(link: LinkFiles): string[];
}

export interface LinkFiles {
  readonly compiler: string;
  readonly source: string;
  readonly includeDirectory: string;
  readonly archive: string;
  readonly output: string;
  /** Writes a small text file beside the output and returns its path (export lists). */
  writeFile(name: string, text: string): string;
}

const POSIX_COMPILE = ["-O2", "-fPIC", "-fvisibility=hidden", "-std=gnu11", "-w"];

const linux: Omit<NativePlatform, "name"> = {
  libraryFileName: "libsecantus_wt.so",
  archiveFileName: "libwiredtiger.a",
  pythonCommands: ["python3", "python"],
  compilerCommands: ["cc", "gcc", "clang"],
  virtualEnvironmentBin: "bin",
  executableSuffix: "",
  linkArguments(link: LinkFiles): string[] {
    const exports = link.writeFile("exports.map", "{ global: swt_*; local: *; };\n");
    return [
      ...[...POSIX_COMPILE, "-shared", `-I${link.includeDirectory}`, "-o", link.output],
      ...[link.source, link.archive, `-Wl,--version-script=${exports}`, "-Wl,--gc-sections"],
      ...["-Wl,-Bsymbolic", "-s", "-lpthread", "-ldl", "-lrt", "-lm"],
    ];
  },
};

const darwin: Omit<NativePlatform, "name"> = {
  ...linux,
  libraryFileName: "libsecantus_wt.dylib",
  compilerCommands: ["cc", "clang"],
  linkArguments(link: LinkFiles): string[] {
    const exports = link.writeFile("exports.txt", "_swt_*\n");
    return [
      ...[...POSIX_COMPILE, "-dynamiclib", `-I${link.includeDirectory}`, "-o", link.output],
      ...[link.source, link.archive, "-Wl,-exported_symbols_list", `-Wl,${exports}`],
      ...["-Wl,-dead_strip", "-Wl,-x", "-lpthread"],
    ];
  },
};

const windows: Omit<NativePlatform, "name"> = {
  libraryFileName: "secantus_wt.dll",
  archiveFileName: "wiredtiger_static.lib",
  pythonCommands: ["py", "python", "python3"],
  compilerCommands: ["clang-cl", "cl"],
  virtualEnvironmentBin: "Scripts",
  executableSuffix: ".exe",
  linkArguments(link: LinkFiles): string[] {
    return [
      ...["/nologo", "/O2", "/MD", "/LD", "/w", `/I${link.includeDirectory}`],
      ...[link.source, link.archive, `/Fe${link.output}`],
    ];
  },
};

/** The platform this process runs on; undefined where no library can be built. */
export function currentPlatform(): NativePlatform | undefined {
  const name = `${Deno.build.os}-${Deno.build.arch}`;
  switch (Deno.build.os) {
    case "linux":
      return { ...linux, name };
    case "darwin":
      return { ...darwin, name };
    case "windows":
      return { ...windows, name };
    default:
      return undefined;
  }
}

/** An environment variable, or undefined when it is unset, empty, or may not be read. */
export function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** Folder for files that can be made again: `<user cache>/secantusdb/native`. */
export function nativeCacheDirectory(): string | undefined {
  const base = cacheBase();
  return base === undefined ? undefined : `${base}/secantusdb/native`;
}

function cacheBase(): string | undefined {
  const xdg = environment("XDG_CACHE_HOME");
  if (xdg !== undefined) return xdg;
  if (Deno.build.os === "windows") return environment("LOCALAPPDATA");
  const home = environment("HOME");
  if (home === undefined) return undefined;
  return Deno.build.os === "darwin" ? `${home}/Library/Caches` : `${home}/.cache`;
}

/** Cache folder name of WiredTiger's static archive: does not depend on glue.c, which changes more often. */
export function archiveKey(platform: NativePlatform): string {
  const hash = contentHash(`${WIREDTIGER_SHA256}\n${BUILD_VERSION}\n${platform.name}`);
  return `wiredtiger-${WIREDTIGER_VERSION}-${hash}`;
}

/** Cache folder name of the finished library. The glue version leads, so that it can be found without glue.c. */
export function libraryKey(
  platform: NativePlatform,
  glueSource: string,
  glueVersion: number,
): string {
  return `glue-${glueVersion}-${contentHash(`${archiveKey(platform)}\n${glueSource}`)}`;
}

/** 64 bits of a fast hash (two FNV-1a lanes, mixed) as hex. Names cache folders; not for security. */
export function contentHash(text: string): string {
  let a = 0x811c9dc5, b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + i), 0x85ebca6b);
    b ^= b >>> 13;
  }
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d) ^ b;
  b = Math.imul(b ^ (b >>> 15), 0x846ca68b) ^ a;
  return [a, b].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}

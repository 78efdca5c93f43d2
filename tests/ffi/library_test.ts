// Finding and refusing libraries: each failure is one error with its remedy.

import assert from "node:assert/strict";
import { NativeLibraryError } from "../../ffi/errors.ts";
import { findLibrary, LIBRARY_VARIABLE, WtLibrary } from "../../ffi/library.ts";
import { WIREDTIGER_VERSION } from "../../ffi/platform.ts";
import { testLibrary } from "./temporary_home.ts";

Deno.test("the library opens once per path and says its version", () => {
  const library = testLibrary();
  assert.equal(WtLibrary.open(library.path), library);
  assert.ok(library.version.includes(WIREDTIGER_VERSION));
  assert.match(library.errorText(-31800), /conflict|WT_ROLLBACK/);
  assert.match(library.errorText(-28), /space/i);
});

Deno.test("a missing library names the build command", () => {
  assert.throws(() => WtLibrary.open("/nonexistent/libsecantus_wt.so"), (error: unknown) => {
    return error instanceof NativeLibraryError && error.message.includes("deno task build") &&
      error.message.includes("/nonexistent/");
  });
});

Deno.test("a file that is no library names the build command", async () => {
  const path = await Deno.makeTempFile({ suffix: ".so" });
  await Deno.writeTextFile(path, "not a library");
  assert.throws(() => WtLibrary.open(path), (error: unknown) => {
    return error instanceof NativeLibraryError && error.message.includes("cannot be loaded");
  });
  await Deno.remove(path);
});

async function inChild(flags: string[], variables: Record<string, string>): Promise<string> {
  const module = new URL("../../ffi/library.ts", import.meta.url).href;
  const program = `import { WtLibrary, findLibrary } from ${JSON.stringify(module)};
    try { console.log(findLibrary()); console.log(WtLibrary.open().version); }
    catch (error) { console.log(error.name + ": " + error.message); }`;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, program);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--no-config", ...flags, path],
    env: variables,
  });
  const { stdout } = await child.output();
  await Deno.remove(path);
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the environment names the library and is not second-guessed", async () => {
  const { path } = testLibrary();
  const found = await inChild(["-A"], { [LIBRARY_VARIABLE]: path });
  assert.ok(found.startsWith(path));
  const missing = await inChild(["-A"], { [LIBRARY_VARIABLE]: "/nonexistent.so" });
  assert.match(missing, /NativeLibraryError: .*\/nonexistent\.so is not there: build it with/);
});

Deno.test("an empty cache names the build command", async () => {
  const output = await inChild(["-A"], {
    XDG_CACHE_HOME: "/nonexistent",
    LOCALAPPDATA: "/nonexistent",
    HOME: "/nonexistent",
    [LIBRARY_VARIABLE]: "",
  });
  assert.match(output, /^NativeLibraryError: .* is not there: build it with `deno task build`/);
});

Deno.test("missing permissions name the flags", async () => {
  const { path } = testLibrary();
  const noFfi = await inChild(["--allow-read", "--allow-env"], { [LIBRARY_VARIABLE]: path });
  assert.match(noFfi, /NativeLibraryError: .*--allow-ffi/);
  const noRead = await inChild(["--allow-env", "--allow-ffi"], { [LIBRARY_VARIABLE]: "" });
  assert.match(noRead, /NativeLibraryError: .*--allow-read/);
});

Deno.test("findLibrary finds the built library in the cache", () => {
  const { path } = testLibrary();
  if (Deno.env.get(LIBRARY_VARIABLE)) return;
  assert.equal(findLibrary(), path);
});

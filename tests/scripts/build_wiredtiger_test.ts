// The build script: the cached library is used as it is, and a missing tool is one line that names it.

import assert from "node:assert/strict";
import {
  BuildError,
  changeSource,
  ensureLibrary,
  SOURCE_CHANGES,
} from "../../scripts/build_wiredtiger.ts";

const SCRIPT = new URL("../../scripts/build_wiredtiger.ts", import.meta.url).pathname;

async function build(variables: Record<string, string>): Promise<{ code: number; errors: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SCRIPT],
    env: variables,
  }).output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

Deno.test("a second build finds the first one's library and says nothing", async () => {
  const lines: string[] = [];
  const first = await ensureLibrary();
  assert.equal(await ensureLibrary({ report: (line) => lines.push(line) }), first);
  assert.deepEqual(lines, []);
});

Deno.test("without python3 or a compiler one line names what is missing, and nothing is left behind", async () => {
  const cache = await Deno.makeTempDir();
  const tools = await Deno.makeTempDir();
  const onlyIn = { XDG_CACHE_HOME: cache, PATH: tools, CC: "", LOCALAPPDATA: cache };
  const nothing = await build(onlyIn);
  assert.equal(nothing.code, 1);
  assert.match(nothing.errors, /^error: .*Python 3 \(python3\), which is not on this machine$/m);
  if (Deno.build.os !== "windows") {
    await Deno.writeTextFile(`${tools}/python3`, "#!/bin/sh\nexit 0\n");
    await Deno.chmod(`${tools}/python3`, 0o755);
    const noCompiler = await build(onlyIn);
    assert.match(
      noCompiler.errors,
      /^error: .*a C compiler \(cc\), which is not on this machine$/m,
    );
  }
  const left = [...Deno.readDirSync(`${cache}/secantusdb/native`)].map((entry) => entry.name);
  assert.deepEqual(left, ["build.lock"]);
  await Deno.remove(cache, { recursive: true });
  await Deno.remove(tools, { recursive: true });
});

Deno.test("the source is changed where its texts are found, and not at all silently", async () => {
  const source = await Deno.makeTempDir();
  const [{ file, from, to }] = SOURCE_CHANGES;
  await Deno.mkdir(`${source}/src/support`, { recursive: true });
  await Deno.writeTextFile(`${source}/${file}`, `before ${from} after`);
  changeSource(source);
  assert.equal(await Deno.readTextFile(`${source}/${file}`), `before ${to} after`);
  assert.throws(() => changeSource(source), BuildError);
  await Deno.remove(source, { recursive: true });
});

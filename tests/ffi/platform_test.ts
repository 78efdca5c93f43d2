// Platform table: keys of the cache and the hash behind them.

import assert from "node:assert/strict";
import {
  archiveKey,
  contentHash,
  currentPlatform,
  environment,
  libraryKey,
  nativeCacheDirectory,
} from "../../ffi/platform.ts";

Deno.test("the content hash is stable and tells small changes apart", () => {
  assert.equal(contentHash("abc"), contentHash("abc"));
  assert.match(contentHash(""), /^[0-9a-f]{16}$/);
  const hashes = new Set<string>();
  for (let i = 0; i < 10_000; i++) hashes.add(contentHash(`text ${i}`));
  assert.equal(hashes.size, 10_000);
});

Deno.test("the library key changes with glue.c, the archive key does not", () => {
  const platform = currentPlatform();
  assert.ok(platform !== undefined);
  assert.notEqual(libraryKey(platform, "a", 1), libraryKey(platform, "b", 1));
  assert.ok(libraryKey(platform, "a", 7).startsWith("glue-7-"));
  assert.notEqual(archiveKey(platform), archiveKey({ ...platform, name: "other" }));
});

Deno.test("link arguments name source, archive and output", () => {
  const platform = currentPlatform();
  assert.ok(platform !== undefined);
  const link = platform.linkArguments({
    compiler: "cc",
    source: "glue.c",
    includeDirectory: "include",
    archive: "archive.a",
    output: "out.so",
    writeFile: (name) => name,
  });
  for (const part of ["glue.c", "archive.a"]) assert.ok(link.includes(part));
  assert.ok(link.some((argument) => argument.includes("out.so")));
});

Deno.test("unset and empty environment variables are undefined", () => {
  assert.equal(environment("SECANTUSDB_SURELY_UNSET"), undefined);
  assert.ok(nativeCacheDirectory()?.endsWith("secantusdb/native"));
});

import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { connectionConfig, defaultCacheSizeMb } from "../../src/storage/home.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { doc, insert, openHome, withHome } from "./fixture.ts";

Deno.test("a home in use is refused and unharmed", async () => {
  await withHome(async (path) => {
    const engine = await openHome(path);
    await assert.rejects(
      openHome(path),
      (error) => error instanceof CommandError && error.code === 98 && error.message.includes(path),
    );
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    await engine.close();
    await (await openHome(path)).close();
  });
});

Deno.test("an in-memory home leaves nothing behind", async () => {
  const engine = await StorageEngine.open({ path: ":memory:" });
  const { directory } = engine.store.home;
  assert((await Deno.stat(directory)).isDirectory);
  await engine.close();
  await engine.close();
  await assert.rejects(Deno.stat(directory), Deno.errors.NotFound);
});

Deno.test("a path that cannot be created gives a clear error", async () => {
  await withHome(async (path) => {
    await Deno.writeTextFile(`${path}/file`, "");
    await assert.rejects(openHome(`${path}/file/home`), /cannot create the storage path/);
  });
});

Deno.test("commits go to the operating system, not to the disk", () => {
  assert.match(connectionConfig(false, 100), /transaction_sync=\(enabled=true,method=none\)/);
  assert.match(connectionConfig(true, 100), /in_memory=true/);
  assert(!connectionConfig(true, 100).includes("log="));
  assert(defaultCacheSizeMb() >= 256);
});

import assert from "node:assert/strict";
import { doc, insert, openHome, withHome } from "./fixture.ts";

Deno.test("counts survive a clean stop", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, ...[1, 2, 3].map((_id) => doc({ _id })));
    const { dataSize } = collection;
    await engine.close();
    engine = await openHome(path);
    const again = engine.catalog.collection("db.c")!;
    assert.deepEqual([again.count, again.dataSize, again.counters.isDirty], [3, dataSize, false]);
    await engine.close();
  });
});

Deno.test("what was written since the last save is counted again after a crash", async () => {
  await withHome(async (path) => {
    const script = `
      import { doc, insert, openHome } from ${JSON.stringify(import.meta.resolve("./fixture.ts"))};
      const engine = await openHome(${JSON.stringify(path)});
      const a = engine.definitions.ensureCollection("db.a");
      const b = engine.definitions.ensureCollection("db.b");
      insert(engine, a, doc({ _id: 1 }), doc({ _id: 2 }));
      insert(engine, b, doc({ _id: 1 }));
      await engine.checkpoint();
      insert(engine, a, doc({ _id: 3 }));
      Deno.kill(Deno.pid, "SIGKILL");
    `;
    const { signal } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--no-check",
        "--config",
        new URL("../../deno.json", import.meta.url).pathname,
        script,
      ],
      stderr: "inherit",
    }).output();
    assert.equal(signal, "SIGKILL");
    const engine = await openHome(path);
    const [a, b] = ["db.a", "db.b"].map((namespace) => engine.catalog.collection(namespace)!);
    assert.deepEqual([a.count, a.counters.isDirty], [3, true]);
    assert.deepEqual([b.count, b.counters.isDirty], [1, false]);
    assert.equal(a.dataSize, 3 * doc({ _id: 1 }).length);
    assert(engine.changeLog.counters.documents >= 6);
    await engine.close();
  });
});

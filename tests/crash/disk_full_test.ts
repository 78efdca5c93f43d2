// Goal: on a full disk writes fail with a clear error, reads go on, and nothing that was acknowledged is lost. Method: a
// small tmpfs as the storage path (needs the right to mount), filled by inserts; then more room and a restart.

import assert from "node:assert/strict";
import { MongoClient, MongoServerError } from "mongodb";
import { startDaemon } from "./daemon.ts";

function mount(...args: string[]): boolean {
  try {
    return new Deno.Command("mount", { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function unmount(folder: string): void {
  new Deno.Command("umount", { args: [folder], stdout: "null", stderr: "null" }).outputSync();
}

function canMount(): boolean {
  if (Deno.build.os !== "linux") return false;
  const folder = Deno.makeTempDirSync();
  const isMounted = mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
  if (isMounted) unmount(folder);
  Deno.removeSync(folder);
  return isMounted;
}

Deno.test({
  name: "a full disk refuses writes, answers reads and loses nothing",
  ignore: !canMount(),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "secantusdb-full-" });
    assert.ok(mount("-t", "tmpfs", "-o", "size=96m", "tmpfs", folder));
    try {
      const daemon = await startDaemon(`${folder}/db`);
      const client = new MongoClient(daemon.uri, { retryWrites: false });
      const items = client.db("full").collection<{ _id: number; filler: string }>("items");
      const filler = "x".repeat(100_000);
      let acknowledged = 0;
      let failure: unknown;
      for (; acknowledged < 5000 && failure === undefined; acknowledged++) {
        try {
          await items.insertOne({ _id: acknowledged, filler: filler + acknowledged });
        } catch (error) {
          failure = error;
          break;
        }
      }
      assert.ok(failure instanceof MongoServerError, `no server error: ${failure}`);
      assert.equal(failure.code, 14031, failure.message);
      assert.equal(await items.countDocuments({}), acknowledged, "reads go on");
      assert.equal((await items.findOne({ _id: 0 }))?.filler, filler + "0");
      await client.close();
      await daemon.kill();

      assert.ok(mount("-o", "remount,size=400m", folder));
      const again = await startDaemon(`${folder}/db`);
      const reader = new MongoClient(again.uri);
      const found = reader.db("full").collection("items");
      assert.equal(await found.countDocuments({}), acknowledged);
      const report = await reader.db("full").command({ validate: "items", full: true });
      assert.equal(report.valid, true, JSON.stringify(report));
      await found.insertOne({ filler: "room again" });
      await reader.close();
      assert.equal(await again.stop(), 0);
    } finally {
      unmount(folder);
      await Deno.remove(folder, { recursive: true });
    }
  },
});

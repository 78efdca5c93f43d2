// Goal: with `j: true` (and majority) the log is on the disk before the reply is sent. Method: the daemon runs under
// strace; in its trace, between reading the insert and writing the reply, a sync of a log file must have finished.

import assert from "node:assert/strict";
import { MongoClient } from "mongodb";
import { daemonCommand } from "./daemon.ts";

function hasStrace(): boolean {
  try {
    return new Deno.Command("strace", { args: ["-V"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Offsets in the trace: where the request's text was read, and where the reply after it was sent. */
function syncBetween(trace: string[], marker: string): boolean {
  const request = trace.findIndex((line) => /recv|read/.test(line) && line.includes(marker));
  assert.notEqual(request, -1, `no request with ${marker} in the trace`);
  const reply = trace.findIndex((line, i) =>
    i > request && /\b(send|sendto|sendmsg|write|writev)\(\d+, /.test(line) &&
      line.includes("nok\\0\\0") ||
    i > request && /\b(send|sendto|sendmsg|write|writev)\(\d+, /.test(line) &&
      line.includes("ok\\0")
  );
  assert.notEqual(reply, -1, `no reply to ${marker} in the trace`);
  return trace.slice(request, reply).some((line) =>
    /(fdatasync|fsync|sync_file_range).*= 0/.test(line)
  );
}

Deno.test({
  name: "j: true and majority are answered after the log was synced",
  ignore: Deno.build.os !== "linux" || !hasStrace(),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "secantusdb-trace-" });
    const { command, args } = daemonCommand();
    const process = new Deno.Command("strace", {
      args: [
        "-f",
        "-s",
        "4096",
        "-e",
        "trace=fsync,fdatasync,sync_file_range,read,recvfrom,recvmsg,sendto,sendmsg,write,writev",
        "-o",
        `${folder}/trace`,
        command,
        ...args,
        "--port",
        "0",
        "--storage-path",
        `${folder}/db`,
      ],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    try {
      const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!text.includes("Waiting for connections")) text += (await reader.read()).value ?? "";
      const client = new MongoClient(/mongodb:\/\/[^\s"]+/.exec(text)![0]);
      const marks = client.db("journal").collection("marks");
      await marks.insertOne({ mark: "first of all" });
      await marks.insertOne({ mark: "synced by j" }, { writeConcern: { w: 1, j: true } });
      await marks.insertOne({ mark: "synced by majority" }, { writeConcern: { w: "majority" } });
      // strace keeps signals to itself, so the daemon is asked to end.
      await client.db("admin").command({ shutdown: 1, force: true }).catch(() => {});
      await client.close();
      while (!(await reader.read()).done);
      await process.status;
      const trace = (await Deno.readTextFile(`${folder}/trace`)).split("\n");
      assert.ok(syncBetween(trace, "synced by j"), "no sync before the reply to j: true");
      assert.ok(syncBetween(trace, "synced by majority"), "no sync before the reply to majority");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

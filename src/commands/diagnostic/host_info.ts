// hostInfo: the machine the server runs on. What the process may not ask (Deno permissions) is left out.

import os from "node:os";
import { type CommandDefinition, defineCommand } from "../definition.ts";

export const hostInfo: CommandDefinition = defineCommand({
  name: "hostInfo",
  help: "Tells about the machine and its operating system.",
  auth: "required",
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply } = context;
    const memoryMb = allowed(() => Math.round(os.totalmem() / 1048576), 0);
    const name = hostName();
    reply.startDocument("system");
    reply.date("currentTime", Date.now());
    reply.string("hostname", name);
    reply.int32("cpuAddrSize", 64);
    reply.int64("memSizeMB", BigInt(memoryMb));
    reply.int64("memLimitMB", BigInt(memoryMb));
    reply.int32("numCores", allowed(() => os.availableParallelism(), 1));
    reply.int32("numCoresAvailableToProcess", allowed(() => os.availableParallelism(), 1));
    reply.int32("numPhysicalCores", allowed(() => os.cpus().length, 1));
    reply.int32("numCpuSockets", 1);
    reply.string("cpuArch", Deno.build.arch);
    reply.bool("numaEnabled", false);
    reply.int32("numNumaNodes", 1);
    reply.end();
    reply.startDocument("os");
    reply.string("type", osType());
    reply.string("name", osType());
    reply.string("version", allowed(() => os.release(), "unknown"));
    reply.end();
    reply.startDocument("extra");
    reply.int64("pageSize", 4096n);
    reply.end();
    return reply;
  },
});

/** The host's name, or "localhost" when the process may not ask for it. */
export function hostName(): string {
  return allowed(() => os.hostname(), "localhost");
}

function osType(): string {
  switch (Deno.build.os) {
    case "darwin":
      return "Darwin";
    case "windows":
      return "Windows";
    default:
      return "Linux";
  }
}

function allowed<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
      return otherwise;
    }
    throw error;
  }
}

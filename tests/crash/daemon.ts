// Starts the daemon as a process of its own, so that tests can kill it. SECANTUSDB names a compiled binary to test
// instead of the checkout.

const root = new URL("../../", import.meta.url);

export interface Daemon {
  readonly uri: string;
  /** The line the daemon greeted with. */
  readonly greeting: string;
  readonly process: Deno.ChildProcess;
  /** SIGKILL: what a crash looks like to the data. */
  kill(): Promise<void>;
  /** SIGTERM; returns the exit code. */
  stop(): Promise<number>;
}

/** The command that runs the daemon, and its arguments so far. */
export function daemonCommand(): { command: string; args: string[] } {
  const binary = Deno.env.get("SECANTUSDB");
  if (binary !== undefined) return { command: binary, args: [] };
  return {
    command: Deno.execPath(),
    args: ["run", "-A", "--no-check", new URL("cli.ts", root).pathname],
  };
}

/** Starts the daemon on a free port and waits until it listens. */
export async function startDaemon(storagePath: string, ...options: string[]): Promise<Daemon> {
  const { command, args } = daemonCommand();
  const process = new Deno.Command(command, {
    args: [...args, "--port", "0", "--storage-path", storagePath, ...options],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const greeting = await readGreeting(process);
  const uri = /mongodb:\/\/[^\s"]+/.exec(greeting)?.[0];
  if (uri === undefined) {
    process.kill("SIGKILL");
    throw new Error(`no URI in the daemon's first line: ${greeting}`);
  }
  return {
    uri,
    greeting,
    process,
    async kill(): Promise<void> {
      process.kill("SIGKILL");
      await process.status;
    },
    async stop(): Promise<number> {
      process.kill("SIGTERM");
      return (await process.status).code;
    },
  };
}

/** Reads the standard output up to the greeting, and keeps draining it behind. */
async function readGreeting(process: Deno.ChildProcess): Promise<string> {
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the daemon ended before it listened: ${text}`);
    text += value;
    const line = text.split("\n").find((one) => one.includes("Waiting for connections"));
    if (line === undefined) continue;
    drain(reader);
    return line;
  }
}

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}

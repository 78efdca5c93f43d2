// Child processes for the scripts: run one, collect its output, say plainly what is missing.
//
// Output is collected (both streams in order of arrival is not kept) and shown only on failure, so that a build prints progress and
// not a compiler's chatter. What it leaves out: interactive programs.

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Called with each line of standard output. */
  onLine?: (line: string) => void;
}

export interface RunResult {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** A child process failed, or is not there. */
export class ProcessError extends Error {
  override name = "ProcessError";
}

/** Runs a program to its end. Throws ProcessError when there is no such program. */
export async function run(
  command: string,
  commandArguments: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { onLine, ...rest } = options;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, {
      ...rest,
      args: [...commandArguments],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      throw new ProcessError(`cannot run ${command}: ${error.message}`);
    }
    throw error;
  }
  const [standard, errors, status] = await Promise.all([
    collect(child.stdout, onLine),
    collect(child.stderr),
    child.status,
  ]);
  return { code: status.code, output: standard + errors };
}

/** Like `run`, but throws ProcessError with the last lines of output when the exit code is not 0. */
export async function mustRun(
  command: string,
  commandArguments: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, output } = await run(command, commandArguments, options);
  if (code === 0) return output;
  throw new ProcessError(`${command} failed with exit code ${code}:\n${lastLines(output, 25)}`);
}

/** The first of some commands that runs with `--version` (or the given probe), or undefined. */
export async function findCommand(
  candidates: readonly (string | undefined)[],
  probe: readonly string[] = ["--version"],
): Promise<string | undefined> {
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    try {
      if ((await run(candidate, probe)).code === 0) return candidate;
    } catch (error) {
      if (!(error instanceof ProcessError)) throw error;
    }
  }
  return undefined;
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine?: (line: string) => void,
): Promise<string> {
  let text = "", reported = 0;
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n", reported); end >= 0; end = text.indexOf("\n", reported)) {
      onLine?.(text.slice(reported, end));
      reported = end + 1;
    }
  }
  return text;
}

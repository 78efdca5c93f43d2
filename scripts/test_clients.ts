// The real clients that the tests drive the server with: PyMongo (in a private Python environment) and mongosh.
//
// `deno run -A scripts/test_clients.ts` installs them once into the user's cache; tests ask `pythonWithPymongo()` and
// `mongoshPath()` where they are. A client whose package manager is missing on the machine is reported and its tests are
// shown as ignored.

const PYMONGO_VERSION = "4.20.0";
const MONGOSH_VERSION = "2.12.0";

function cacheHome(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") ??
    (Deno.build.os === "windows" ? Deno.env.get("LOCALAPPDATA") : undefined) ??
    `${Deno.env.get("HOME") ?? Deno.cwd()}/.cache`;
  return `${home}/secantusdb/clients`;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function installedAt(path: string): string | undefined {
  return exists(path) ? path : undefined;
}

/** The Python interpreter that has PyMongo, undefined when it was not installed. */
export function pythonWithPymongo(): string | undefined {
  const venv = `${cacheHome()}/pymongo-${PYMONGO_VERSION}`;
  const python = Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python";
  return exists(`${venv}/.complete`) ? `${venv}/${python}` : undefined;
}

/** The mongosh command, undefined when it was not installed. */
export function mongoshPath(): string | undefined {
  const script = Deno.build.os === "windows" ? "mongosh.cmd" : "mongosh";
  return installedAt(`${cacheHome()}/mongosh-${MONGOSH_VERSION}/node_modules/.bin/${script}`);
}

/** Runs a command; false when it is missing or fails, with its output shown. */
function run(command: string, ...args: string[]): boolean {
  try {
    const result = new Deno.Command(command, { args, stdout: "piped", stderr: "piped" })
      .outputSync();
    if (result.success) return true;
    console.error(new TextDecoder().decode(result.stderr));
  } catch (error) {
    console.error(`${command}: ${error instanceof Error ? error.message : error}`);
  }
  return false;
}

function installPymongo(): void {
  if (pythonWithPymongo() !== undefined) return;
  const venv = `${cacheHome()}/pymongo-${PYMONGO_VERSION}`;
  console.error(`installing PyMongo ${PYMONGO_VERSION} for the driver tests`);
  const python = Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python";
  const isInstalled = run("python3", "-m", "venv", venv) &&
    run(`${venv}/${python}`, "-m", "pip", "install", "-q", `pymongo==${PYMONGO_VERSION}`);
  if (isInstalled) Deno.writeTextFileSync(`${venv}/.complete`, "");
  else console.error("PyMongo could not be installed: its tests will be ignored");
}

function installMongosh(): void {
  if (mongoshPath() !== undefined) return;
  const folder = `${cacheHome()}/mongosh-${MONGOSH_VERSION}`;
  console.error(`installing mongosh ${MONGOSH_VERSION} for the shell tests`);
  Deno.mkdirSync(folder, { recursive: true });
  const quiet = ["--no-audit", "--no-fund", "--loglevel", "error"];
  if (!run("npm", "install", "--prefix", folder, ...quiet, `mongosh@${MONGOSH_VERSION}`)) {
    console.error("mongosh could not be installed: its tests will be ignored");
  }
}

if (import.meta.main) {
  installPymongo();
  installMongosh();
}

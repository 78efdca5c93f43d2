// Where clients connect: TCP addresses and a Unix socket.
//
// Also says how a client's address and the one it reached us at are written, the latter in a form that drivers
// take as a member of the set: `127.0.0.1:27017`, `[::1]:27017`, `/tmp/mongodb-27017.sock`.

/** The part of Deno.Listener that is used. */
export interface Listener {
  readonly port: number | undefined;
  /** Of a Unix socket. */
  readonly path: string | undefined;
  accept(): Promise<Deno.Conn>;
  close(): void;
}

/** Binds a TCP address; port 0 takes a free one. Throws Deno.errors.AddrInUse. */
export function listenTcp(host: string, port: number): Listener {
  const listener = Deno.listen({ hostname: listenHost(host), port, transport: "tcp" });
  return {
    port: listener.addr.port,
    path: undefined,
    accept: () => listener.accept(),
    close: () => closeQuietly(listener),
  };
}

function listenHost(host: string): string {
  if (host === "*" || host === "") return "0.0.0.0";
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

/** Binds a Unix socket; the file of a server that is gone is removed, one in use gives AddrInUse. */
export async function listenUnix(path: string): Promise<Listener> {
  await removeDeadSocket(path);
  const listener = Deno.listen({ path, transport: "unix" });
  Deno.chmodSync(path, 0o700);
  return {
    port: undefined,
    path,
    accept: () => listener.accept(),
    close: () => {
      closeQuietly(listener);
      try {
        Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

async function removeDeadSocket(path: string): Promise<void> {
  try {
    const connection = await Deno.connect({ path, transport: "unix" });
    connection.close();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (error instanceof Deno.errors.ConnectionRefused) return await Deno.remove(path);
    throw error;
  }
  throw new Deno.errors.AddrInUse(`Address already in use: ${path}`);
}

function closeQuietly(listener: { close(): void }): void {
  try {
    listener.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** "host:port" with brackets around an IPv6 address. */
export function joinAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export function remoteAddressOf(connection: Deno.Conn): string {
  const address = connection.remoteAddr;
  return address.transport === "tcp"
    ? joinAddress(address.hostname, address.port)
    : "anonymous unix socket";
}

/** The address the client reached us at. */
export function localAddressOf(connection: Deno.Conn, listener: Listener): string {
  const address = connection.localAddr;
  if (address.transport === "tcp") {
    // An IPv4 client of a socket that listens on both families.
    const host = address.hostname.replace(/^::ffff:(?=\d+\.)/, "");
    return joinAddress(host, address.port);
  }
  return listener.path ?? "localhost";
}

// Turns of the event loop that surely look at the sockets: a byte sent to ourselves has come back.
//
// A pair of connected sockets on the loopback interface. The read is begun before the byte is written, so it can only end
// when the event loop has asked the operating system what became ready; whatever else was ready by then is served too.

import { installTurn } from "../stream/turn.ts";

const BYTE = new Uint8Array(1);

export class SocketTurn {
  readonly #writer: Deno.Conn;
  readonly #reader: Deno.Conn;
  readonly #buffer = new Uint8Array(16);
  readonly #uninstall: () => void;

  private constructor(writer: Deno.Conn, reader: Deno.Conn) {
    this.#writer = writer;
    this.#reader = reader;
    this.#uninstall = installTurn(() => this.turn());
  }

  /** Connects the pair and installs its turn; undefined where the loopback interface cannot be used. */
  static async open(): Promise<SocketTurn | undefined> {
    try {
      const { writer, reader } = await connectPair();
      return new SocketTurn(writer, reader);
    } catch {
      // No loopback, or no permission for it: the turn without a socket does.
      return undefined;
    }
  }

  async turn(): Promise<void> {
    try {
      const arrived = this.#reader.read(this.#buffer);
      await Promise.all([arrived, this.#writer.write(BYTE)]);
    } catch {
      // Closed while somebody waited.
    }
  }

  close(): void {
    this.#uninstall();
    this.#writer.close();
    this.#reader.close();
  }
}

async function connectPair(): Promise<{ writer: Deno.Conn; reader: Deno.Conn }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    const { port } = listener.addr;
    const writer = await Deno.connect({ hostname: "127.0.0.1", port });
    writer.setNoDelay(true);
    for (;;) {
      const reader = await listener.accept();
      // Anybody on this machine may have connected first.
      if (reader.remoteAddr.port === writer.localAddr.port) return { writer, reader };
      reader.close();
    }
  } finally {
    listener.close();
  }
}

// One client connection: bytes in, requests in order, replies out.
//
// There is one read buffer, parsed in place; it grows to the largest message and may hold several. A reply is written with one
// call (looped when the socket takes less). While a command waits, a read is kept outstanding behind the bytes
// not yet handled, so that a client which hangs up stops its command. Bytes that are not the protocol end the connection.

import { BsonWriter } from "../bson/encode.ts";
import { readInt32 } from "../bson/read.ts";
import type { ConnectionState } from "../commands/definition.ts";
import { CommandError } from "../error.ts";
import type { Operation } from "../session/operation.ts";
import { isTurnDue, yieldTurn } from "../stream/turn.ts";
import { MESSAGE_BYTES_MAX, messageLength, OpCode, WireError } from "../wire/frame.ts";
import {
  compressMessage,
  type DecompressedMessage,
  decompressMessage,
} from "../wire/op_compressed.ts";
import { parseOpMsg } from "../wire/op_msg.ts";
import { parseOpQuery } from "../wire/op_query.ts";
import { Request } from "../wire/request.ts";
import { applicationNameOf } from "./application_name.ts";
import { Dispatcher } from "./dispatch.ts";
import type { Host } from "./host.ts";

const FIRST_BUFFER_BYTES = 16 * 1024;
/** Buffers above this size are given back once they have not been needed for a while. */
const KEPT_BUFFER_BYTES = 1024 * 1024;
/** The code a command stops with when its client is gone. */
const CLIENT_DISCONNECT = 279;
/** "GET ", "POST", "HEAD" as the length of a message. */
const HTTP_STARTS: ReadonlySet<number> = new Set([0x20544547, 0x54534f50, 0x44414548]);
const HTTP_ANSWER =
  "HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 85\r\n\r\n" +
  "It looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n";

/** The part of Deno.Conn that is used: tests put something else in its place. */
export interface Socket {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

export class Connection implements ConnectionState {
  compressors: readonly string[] = [];
  operation: Operation | undefined = undefined;
  readonly #host: Host;
  readonly #socket: Socket;
  readonly #request = new Request();
  #writer = new BsonWriter(1024);
  #dispatcher: Dispatcher;
  readonly #firstBuffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #buffer: Uint8Array<ArrayBuffer> = this.#firstBuffer;
  /** A larger buffer an earlier message needed, for the next such one. */
  #largeBuffer: Uint8Array<ArrayBuffer> | undefined;
  /** Bytes from here up to `#filled` are not handled yet. */
  #from = 0;
  #filled = 0;
  /** A read started while a command was running. */
  #watch: Promise<void> | undefined;
  #isClosed = false;
  #isAnswering = false;
  /** Whether the writer's buffer, and the large read buffer, were needed since the last releaseMemory(). */
  #wroteLarge = false;
  #readLarge = false;
  #isWriterLarge = false;
  #clientMetadata: Uint8Array | undefined;
  #applicationName: string | undefined;

  constructor(
    host: Host,
    socket: Socket,
    readonly id: number,
    readonly remoteAddress: string,
    readonly localAddress: string,
  ) {
    this.#host = host;
    this.#socket = socket;
    this.#dispatcher = new Dispatcher(host, this, this.#writer, this.#request);
  }

  get clientMetadata(): Uint8Array | undefined {
    return this.#clientMetadata;
  }

  set clientMetadata(document: Uint8Array | undefined) {
    this.#clientMetadata = document;
    this.#applicationName = applicationNameOf(document);
  }

  get applicationName(): string | undefined {
    return this.#applicationName;
  }

  get isIdle(): boolean {
    return this.operation === undefined;
  }

  /** Serves the client until it hangs up, misbehaves, or the server closes the connection. */
  async serve(): Promise<void> {
    try {
      for (;;) {
        const length = messageLength(this.#buffer, this.#from, this.#filled);
        if (length === 0 || this.#filled - this.#from < length) {
          if (!await this.#readMore(length)) return;
          continue;
        }
        const pending = this.#handle(this.#from, this.#from + length);
        if (pending !== undefined) await pending;
        this.#from += length;
        if (this.#isClosed || this.#dispatcher.context.dropConnection) return;
        this.#host.counters.bytesIn += length;
        if (!this.#request.moreToCome) await this.#answer();
        if (isTurnDue()) await yieldTurn();
        if (this.#isClosed || this.#dispatcher.context.dropConnection) return;
      }
    } catch (error) {
      await this.#failed(error);
    } finally {
      this.close();
    }
  }

  /** Reads one message and runs it. */
  #handle(start: number, end: number): Promise<void> | undefined {
    const request = this.#request;
    request.reset();
    const bytes = this.#buffer;
    if (readInt32(bytes, start + 12) !== OpCode.Compressed) return this.#run(bytes, start, end);
    const message = decompressMessage(bytes, start, end, yieldTurn);
    return message instanceof Promise
      ? message.then((decompressed) => this.#runDecompressed(decompressed))
      : this.#runDecompressed(message);
  }

  #runDecompressed({ bytes, compressorId }: DecompressedMessage): Promise<void> | undefined {
    this.#request.compressorId = compressorId;
    return this.#run(bytes, 0, bytes.length);
  }

  /** Parses a message and dispatches it. */
  #run(bytes: Uint8Array, start: number, end: number): Promise<void> | undefined {
    const request = this.#request;
    try {
      request.requestId = readInt32(bytes, start + 4);
      const opCode = readInt32(bytes, start + 12);
      if (opCode === OpCode.Msg) parseOpMsg(bytes, start, end, request);
      else if (opCode === OpCode.Query) parseOpQuery(bytes, start, end, request);
      else throw new WireError(`op code ${opCode} is not supported`);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#dispatcher.refuse(error);
      return undefined;
    }
    return this.#dispatcher.dispatch();
  }

  /** Sends the reply, and the further ones of a request that takes several. */
  async #answer(): Promise<void> {
    let responseTo = this.#request.requestId;
    this.#isAnswering = true;
    for (;;) {
      const dispatcher = this.#dispatcher;
      let bytes = dispatcher.message(responseTo);
      responseTo = readInt32(bytes, 4);
      const { exhaustRequest } = dispatcher.context;
      if (this.#request.compressorId !== 0) {
        const compressed = compressMessage(bytes, this.#request.compressorId, yieldTurn);
        bytes = compressed instanceof Promise ? await compressed : compressed;
      }
      this.#host.counters.bytesOut += bytes.length;
      let sent = await this.#socket.write(bytes);
      while (sent < bytes.length) sent += await this.#socket.write(bytes.subarray(sent));
      if (bytes.length > KEPT_BUFFER_BYTES) this.#wroteLarge = this.#isWriterLarge = true;
      if (exhaustRequest === undefined) break;
      if (isTurnDue()) await yieldTurn();
      this.#request.body = exhaustRequest;
      const pending = this.#dispatcher.dispatch();
      if (pending !== undefined) await pending;
      if (this.#isClosed || this.#dispatcher.context.dropConnection) return;
    }
    this.#isAnswering = false;
  }

  /** Gives back buffers that large messages made and none has needed since the last call. */
  releaseMemory(): void {
    if (this.#isAnswering || this.operation !== undefined || this.#watch !== undefined) return;
    if (this.#isWriterLarge && !this.#wroteLarge) {
      this.#writer = new BsonWriter(1024);
      this.#dispatcher = new Dispatcher(this.#host, this, this.#writer, this.#request);
      this.#isWriterLarge = false;
    }
    if (!this.#readLarge) this.#largeBuffer = undefined;
    this.#wroteLarge = false;
    this.#readLarge = false;
  }

  /** Reads what the socket has; false at its end. `length` is that of the message begun, 0 when not known. */
  async #readMore(length: number): Promise<boolean> {
    if (this.#watch !== undefined) {
      await this.#watch;
      return !this.#isClosed;
    }
    this.#makeRoom(length);
    const count = await this.#socket.read(
      this.#filled === 0 ? this.#buffer : this.#buffer.subarray(this.#filled),
    );
    if (count === null) return false;
    this.#filled += count;
    return true;
  }

  #makeRoom(length: number): void {
    if (this.#from === this.#filled) {
      this.#from = 0;
      this.#filled = 0;
      if (this.#buffer.length > KEPT_BUFFER_BYTES) {
        this.#largeBuffer = this.#buffer;
        this.#buffer = this.#firstBuffer;
      }
      return;
    }
    const waiting = this.#filled - this.#from;
    const needed = Math.max(length, waiting + 16);
    if (needed > this.#buffer.length) {
      const larger = this.#largerBuffer(needed);
      larger.set(this.#buffer.subarray(this.#from, this.#filled));
      this.#buffer = larger;
    } else if (this.#from + needed > this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#from, this.#filled);
    } else {
      return;
    }
    this.#filled = waiting;
    this.#from = 0;
  }

  #largerBuffer(needed: number): Uint8Array<ArrayBuffer> {
    const kept = this.#largeBuffer;
    this.#largeBuffer = undefined;
    this.#readLarge = true;
    if (kept !== undefined && kept.length >= needed) return kept;
    return new Uint8Array(Math.max(needed, this.#buffer.length * 2));
  }

  /**
   * Keeps a read outstanding while a command runs: its end tells that the client is gone. What it reads stands behind
   * the message being handled, which does not move.
   */
  watchForHangUp(): void {
    if (this.#watch !== undefined || this.#isClosed) return;
    if (this.#filled - this.#from > MESSAGE_BYTES_MAX) return;
    if (this.#buffer.length - this.#filled < 1024) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    this.#watch = this.#socket.read(this.#buffer.subarray(this.#filled)).then((count) => {
      this.#watch = undefined;
      if (count === null) this.#hungUp();
      else this.#filled += count;
    }, () => {
      this.#watch = undefined;
      this.#hungUp();
    });
  }

  #hungUp(): void {
    this.#isClosed = true;
    this.operation?.kill(CLIENT_DISCONNECT);
  }

  async #failed(error: unknown): Promise<void> {
    const { log } = this.#host;
    if (error instanceof WireError) {
      log.warning("NETWORK", `closing connection: ${error.message}`, {
        connection: this.id,
        remote: this.remoteAddress,
      });
      if (HTTP_STARTS.has(readInt32(this.#buffer, this.#from))) {
        await this.#socket.write(new TextEncoder().encode(HTTP_ANSWER)).catch(() => 0);
      }
    } else if (isSocketError(error)) {
      if (log.isDebug) {
        log.debug("NETWORK", "connection lost", { connection: this.id, error: String(error) });
      }
    } else {
      const stack = error instanceof Error ? error.stack ?? error.message : String(error);
      log.error("NETWORK", "internal error on a connection", { connection: this.id, stack });
    }
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.operation?.kill(CLIENT_DISCONNECT);
    }
    try {
      this.#socket.close();
    } catch (error) {
      // Closed already by the other side or by stop().
      if (!isSocketError(error)) throw error;
    }
  }
}

function isSocketError(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.TimedOut ||
    error instanceof Deno.errors.UnexpectedEof || error instanceof Deno.errors.NotConnected;
}

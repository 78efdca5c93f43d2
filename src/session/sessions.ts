// Logical sessions (lsid): when each was used last, and the retryable writes it has done.
//
// Drivers send an lsid with nearly every command, so the lookup is kept cheap: a connection remembers the session it
// used last and compares 16 bytes. Of a session's retryable writes (lsid and txnNumber outside a transaction) one runs at a
// time, so that a retry finds what the first attempt has done. Transactions come later.

import { BsonType } from "../bson/type.ts";
import { documentEnd, getField, readInt32 } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Operation } from "./operation.ts";
import { RetryableWrite, RetryMemory } from "./retryable_writes.ts";

/** A session unused for this long is forgotten; told to clients as logicalSessionTimeoutMinutes. */
export const SESSION_TIMEOUT_MINUTES = 30;
const SESSIONS_MAX = 1_000_000;

export class Session {
  lastUseMs: number;
  /** True once the registry has forgotten it: whoever still holds it has to look it up anew. */
  isEnded = false;
  #text: string | undefined;
  #retryable: RetryableWrite | undefined;
  #writer: Operation | undefined;
  #waiting: PromiseWithResolvers<void> | undefined;
  /** Ids of cursors opened in this session. */
  readonly cursorIds = new Set<bigint>();

  constructor(
    /** The UUID's 16 bytes as a string of 16 characters. */
    readonly key: string,
    /** The UUID's 16 bytes. */
    readonly uuid: Uint8Array,
    nowMs: number,
    private readonly memory: RetryMemory = new RetryMemory(),
  ) {
    this.lastUseMs = nowMs;
  }

  get txnNumber(): number {
    return this.#retryable?.txnNumber ?? -1;
  }

  /** The UUID in its usual spelling. */
  get text(): string {
    return this.#text ??= uuidText(this.uuid);
  }

  /** The record of a txnNumber; a new number forgets the one before, an old one is refused (225). */
  retryableWrite(txnNumber: number): RetryableWrite {
    const current = this.#retryable;
    if (current !== undefined) {
      if (current.txnNumber === txnNumber) return current.begin();
      if (current.txnNumber > txnNumber) {
        throw new CommandError(
          ErrorCode.TransactionTooOld,
          `Retryable write with txnNumber ${txnNumber} is prohibited on session ${this.text} because a newer ` +
            `retryable write with txnNumber ${current.txnNumber} has already started on this session.`,
        );
      }
    }
    this.forgetWrites();
    return this.#retryable = new RetryableWrite(this.text, txnNumber, this.memory);
  }

  forgetWrites(): void {
    if (this.#retryable !== undefined) this.memory.remove(this.#retryable);
    this.#retryable = undefined;
  }

  /** Takes the session for a retryable write; false while another one has it. */
  checkOut(operation: Operation): boolean {
    if (this.#writer !== undefined) return false;
    this.#writer = operation;
    return true;
  }

  /** Resolves when the retryable write that has the session ends. */
  whenFree(): Promise<void> {
    if (this.#writer === undefined) return Promise.resolve();
    return (this.#waiting ??= Promise.withResolvers()).promise;
  }

  /** Ends checkOut(); nothing when another operation has it. */
  checkIn(operation: Operation): void {
    if (this.#writer !== operation) return;
    this.#writer = undefined;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

export function uuidText(uuid: Uint8Array): string {
  const hex = Array.from(uuid, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-");
}

/**
 * Offset of the UUID's 16 bytes in an lsid document at `start`. In the form drivers send, the id is the first and
 * only field; servers among themselves add a user digest.
 */
export function sessionUuidOffset(bytes: Uint8Array, start: number): number {
  // The usual bytes: int32 length, type 5, "id", NUL, int32 16, subtype 4, 16 bytes, NUL.
  if (
    readInt32(bytes, start) === 30 && bytes[start + 4] === BsonType.Binary &&
    bytes[start + 5] === 105 && bytes[start + 6] === 100 && bytes[start + 7] === 0 &&
    readInt32(bytes, start + 8) === 16 && bytes[start + 12] === 4
  ) {
    return start + 13;
  }
  const id = getField(bytes.subarray(start, documentEnd(bytes, start)), "id");
  if (id === undefined) {
    throw new CommandError(
      ErrorCode.IDLFailedToParse,
      "BSON field 'OperationSessionInfo.lsid.id' is missing but a required field",
    );
  }
  if (
    id.type !== BsonType.Binary || readInt32(id.bytes, id.at) !== 16 || id.bytes[id.at + 4] !== 4
  ) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "BSON field 'OperationSessionInfo.lsid.id' is the wrong type, expected type 'UUID'",
    );
  }
  return start + id.at + 5;
}

/** The map key of 16 bytes. */
export function sessionKey(bytes: Uint8Array, at: number): string {
  let key = "";
  for (let i = 0; i < 16; i++) key += String.fromCharCode(bytes[at + i]);
  return key;
}

/** True when the session's UUID stands at `at`. */
export function isSameSession(session: Session, bytes: Uint8Array, at: number): boolean {
  const { uuid } = session;
  for (let i = 0; i < 16; i++) if (uuid[i] !== bytes[at + i]) return false;
  return true;
}

export class SessionRegistry {
  readonly #sessions = new Map<string, Session>();
  readonly #memory = new RetryMemory();

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of the lsid document at `start`, begun when it is new. */
  use(bytes: Uint8Array, start: number, nowMs: number): Session {
    const at = sessionUuidOffset(bytes, start);
    const key = sessionKey(bytes, at);
    let session = this.#sessions.get(key);
    if (session === undefined) session = this.#begin(key, bytes.slice(at, at + 16), nowMs);
    session.lastUseMs = nowMs;
    return session;
  }

  /** A session with a new random UUID (startSession). */
  start(nowMs: number): Session {
    const uuid = crypto.getRandomValues(new Uint8Array(16));
    uuid[6] = (uuid[6] & 0x0f) | 0x40;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
    return this.#begin(sessionKey(uuid, 0), uuid, nowMs);
  }

  #begin(key: string, uuid: Uint8Array, nowMs: number): Session {
    if (this.#sessions.size >= SESSIONS_MAX) {
      throw new CommandError(
        ErrorCode.TooManyLogicalSessions,
        "Unable to add session into the cache because the number of active sessions is too high",
      );
    }
    const session = new Session(key, uuid, nowMs, this.#memory);
    this.#sessions.set(key, session);
    return session;
  }

  get(key: string): Session | undefined {
    return this.#sessions.get(key);
  }

  list(): Iterable<Session> {
    return this.#sessions.values();
  }

  /** Forgets a session. Its cursors and operations are the caller's to end. */
  end(key: string): Session | undefined {
    const session = this.#sessions.get(key);
    if (session === undefined) return undefined;
    session.isEnded = true;
    session.forgetWrites();
    this.#sessions.delete(key);
    return session;
  }

  /** Takes out the sessions unused for the time-out. */
  takeIdle(nowMs: number): Session[] {
    const oldest = nowMs - SESSION_TIMEOUT_MINUTES * 60_000;
    const idle: Session[] = [];
    for (const session of this.#sessions.values()) {
      if (session.lastUseMs < oldest) idle.push(session);
    }
    for (const session of idle) this.end(session.key);
    return idle;
  }
}

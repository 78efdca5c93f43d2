// NUL-terminated strings for the C side, kept: uris and configurations are few and come again and again.
//
// A kept buffer also stays alive while a non-blocking call reads it on another thread. One-off strings (a home's
// path) go through the same function; what it leaves out is any limit beyond a full reset at MAXIMUM strings.

const MAXIMUM = 10_000;
const encoder = new TextEncoder();
const kept = new Map<string, Uint8Array<ArrayBuffer>>();

/** Bytes of `text` with a final NUL. Throws TypeError for a NUL inside. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (text.includes("\0")) throw new TypeError("a string for WiredTiger must not contain NUL");
  if (kept.size >= MAXIMUM) kept.clear();
  const bytes = encoder.encode(text + "\0");
  kept.set(text, bytes);
  return bytes;
}

/** The same for a configuration that may be left out: NULL for undefined. */
export function optionalCString(text: string | undefined): Uint8Array<ArrayBuffer> | null {
  return text === undefined ? null : cString(text);
}

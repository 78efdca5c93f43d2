// Making ObjectIds for documents that come without `_id`.
//
//   |seconds since 1970, 4 bytes big-endian|random per process, 5 bytes|counter, 3 bytes big-endian|

const PROCESS = crypto.getRandomValues(new Uint8Array(5));
let counter = crypto.getRandomValues(new Uint32Array(1))[0] & 0xffffff;

/** The 12 bytes of a new ObjectId; `target` and `at` write it in place. */
export function newObjectId(target: Uint8Array = new Uint8Array(12), at = 0): Uint8Array {
  const seconds = Math.floor(Date.now() / 1000);
  target[at] = seconds >>> 24;
  target[at + 1] = seconds >>> 16;
  target[at + 2] = seconds >>> 8;
  target[at + 3] = seconds;
  for (let i = 0; i < 5; i++) target[at + 4 + i] = PROCESS[i];
  counter = (counter + 1) & 0xffffff;
  target[at + 9] = counter >>> 16;
  target[at + 10] = counter >>> 8;
  target[at + 11] = counter;
  return target;
}

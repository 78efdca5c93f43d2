import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { CommandError } from "../../src/error.ts";
import { crc32c } from "../../src/wire/crc32c.ts";
import { WireError } from "../../src/wire/frame.ts";
import { finishOpMsg, parseOpMsg } from "../../src/wire/op_msg.ts";
import { Request } from "../../src/wire/request.ts";
import { opMsg, sequence } from "../server/test_server.ts";

const BODY = documentFrom({ ping: 1, $db: "test" });

function parse(bytes: Uint8Array): Request {
  const request = new Request();
  parseOpMsg(bytes, 0, bytes.length, request);
  return request;
}

Deno.test("a body alone", () => {
  const request = parse(opMsg(BODY));
  assert.deepEqual(request.body, BODY);
  assert.equal(request.sequences.size, 0);
  assert.equal(request.moreToCome, false);
});

Deno.test("flags", () => {
  const request = parse(opMsg(BODY, 2 | 65536));
  assert.equal(request.moreToCome, true);
  assert.equal(request.exhaustAllowed, true);
  assert.throws(() => parse(opMsg(BODY, 4)), WireError);
  assert.doesNotThrow(() => parse(opMsg(BODY, 1 << 20)), "optional bits may be unknown");
});

Deno.test("document sequences give the offsets of their documents", () => {
  const documents = [documentFrom({ a: 1 }), documentFrom({ b: "x" }), documentFrom({})];
  const request = parse(
    opMsg(BODY, 0, 1, Uint8Array.from([...sequence("documents", documents), ...sequence("s", [])])),
  );
  const { bytes, starts, end } = request.sequences.get("documents")!;
  assert.equal(starts.length, 3);
  documents.forEach((document, i) => {
    assert.deepEqual(bytes.slice(starts[i], starts[i + 1] ?? end), document);
  });
  assert.deepEqual(request.sequences.get("s")!.starts, []);
});

Deno.test("sections in any order", () => {
  const section = sequence("documents", [documentFrom({ a: 1 })]);
  const plain = opMsg(BODY);
  const bytes = Uint8Array.from([...plain.slice(0, 20), ...section, ...plain.slice(20)]);
  const request = parse(bytes);
  assert.deepEqual(request.body, BODY);
  assert.equal(request.sequences.get("documents")!.starts.length, 1);
});

Deno.test("a checksum is verified", () => {
  const bytes = Uint8Array.from([...opMsg(BODY, 1), 0, 0, 0, 0]);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length, true);
  const at = bytes.length - 4;
  view.setUint32(at, crc32c(bytes, 0, at), true);
  assert.equal(parse(bytes).hasChecksum, true);
  bytes[30] ^= 1;
  assert.throws(() => parse(bytes), WireError);
});

const BROKEN: ReadonlyArray<readonly [string, Uint8Array]> = [
  ["too short", opMsg(BODY).slice(0, 18)],
  ["no body", opMsg(new Uint8Array(0)).slice(0, 20)],
  ["two bodies", opMsg(BODY, 0, 1, Uint8Array.from([0, ...BODY]))],
  ["unknown section kind", opMsg(BODY, 0, 1, Uint8Array.from([7, ...BODY]))],
  ["section beyond the end", opMsg(BODY, 0, 1, Uint8Array.from([1, 99, 0, 0, 0, 97, 0]))],
  ["section name without end", opMsg(BODY, 0, 1, Uint8Array.from([1, 6, 0, 0, 0, 97, 98]))],
  ["section size 0", opMsg(BODY, 0, 1, Uint8Array.from([1, 0, 0, 0, 0, 97, 0]))],
];
for (const [name, bytes] of BROKEN) {
  Deno.test(`broken framing: ${name}`, () => {
    assert.throws(() => parse(bytes), WireError);
  });
}

Deno.test("a broken document in sound framing is an answerable error", () => {
  const body = BODY.slice();
  body[4] = 0x20;
  assert.throws(
    () => parse(opMsg(body)),
    (error) => error instanceof CommandError && error.code === 22,
  );
  const twice = Uint8Array.from([...sequence("a", []), ...sequence("a", [])]);
  assert.throws(() => parse(opMsg(BODY, 0, 1, twice)), CommandError);
});

Deno.test("finishOpMsg() fills header, flags and checksum", () => {
  const bytes = Uint8Array.from([...opMsg(BODY), 0, 0, 0, 0]);
  finishOpMsg(bytes, 5, 9, 1);
  const view = new DataView(bytes.buffer);
  assert.deepEqual([0, 4, 8, 12, 16].map((at) => view.getInt32(at, true)), [
    bytes.length,
    5,
    9,
    2013,
    1,
  ]);
  assert.doesNotThrow(() => parse(bytes));
});

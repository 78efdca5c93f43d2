import assert from "node:assert/strict";
import { elements } from "../../src/bson/read.ts";
import { parseMergeSpec } from "../../src/aggregation/merge_spec.ts";
import { bson, contextOf } from "./fixture.ts";

function parse(spec: unknown) {
  return parseMergeSpec([...elements(bson({ $merge: spec }))][0], contextOf());
}

Deno.test("$merge in its short and long forms", () => {
  const short = parse("x");
  assert.deepEqual(short.target, { database: "t", collection: "x" });
  assert.equal(short.whenMatched, "merge");
  assert.equal(short.whenNotMatched, "insert");
  assert.equal(short.on, undefined);
  assert.deepEqual(parse({ into: "x" }), short);
  const long = parse({
    into: { db: "d", coll: "x" },
    on: ["a", "b.c"],
    let: { v: 1 },
    whenMatched: [{ $set: { a: 1 } }],
    whenNotMatched: "discard",
  });
  assert.deepEqual(long.target, { database: "d", collection: "x" });
  assert.deepEqual(long.on, ["a", "b.c"]);
  assert.equal(long.whenMatched, "pipeline");
  assert.equal(long.whenNotMatched, "discard");
  assert.ok(long.pipeline !== undefined && long.let !== undefined);
  assert.deepEqual(parse({ into: { coll: "x" }, on: "_id" }).on, ["_id"]);
});

const into = "x";

for (
  const [spec, code, message] of [
    [5, 14, "$merge requires a string or object argument, but found int"],
    [{}, 40414, "BSON field '$merge.into' is missing but a required field"],
    [{ into, x: 1 }, 40415, "BSON field '$merge.x' is an unknown field."],
    [{ into: 5 }, 51178, undefined],
    [{ into: "" }, 5786800, undefined],
    [{ into: {} }, 5786801, undefined],
    [{ into: { db: "d" } }, 5786801, undefined],
    [{ into: { coll: "" } }, 5786801, undefined],
    [{ into: { coll: 1 } }, 14, undefined],
    [{ into: { coll: "c", x: 1 } }, 40415, undefined],
    [{ into, on: 5 }, 51186, undefined],
    [{ into, on: [5] }, 51134, undefined],
    [{ into, on: [] }, 51187, undefined],
    [{ into, on: ["a", "a"] }, 31465, "Found a duplicate field 'a'"],
    [{ into, on: "" }, 40352, undefined],
    [{ into, on: "$a" }, 16410, undefined],
    [{ into, whenMatched: 5 }, 51191, undefined],
    [{ into, whenMatched: "nope" }, 2, undefined],
    [{ into, whenMatched: "pipeline" }, 2, undefined],
    [{ into, whenMatched: [5] }, 14, undefined],
    [{ into, whenNotMatched: 5 }, 14, undefined],
    [{ into, whenNotMatched: "keepExisting" }, 2, undefined],
    [
      { into, whenMatched: "keepExisting", whenNotMatched: "discard" },
      51181,
      "Combination of $merge modes 'whenMatched: keepExisting' and 'whenNotMatched: discard' is " +
      "not supported",
    ],
    [{ into, whenMatched: "fail", whenNotMatched: "fail" }, 51181, undefined],
    [{ into, let: 5 }, 14, undefined],
    [
      { into, let: { a: 1 } },
      51199,
      "Cannot use 'let' variables with 'whenMatched: merge' mode",
    ],
    [{ into, let: { new: 1 }, whenMatched: [] }, 51273, undefined],
    ["", 73, undefined],
    [".a", 73, undefined],
    ["system.x", 31319, "Cannot $merge to special collection: system.x"],
    [{ into: { db: "config", coll: "x" } }, 31320, "Cannot $merge to internal database: config"],
  ] as const
) {
  Deno.test(`$merge refuses ${JSON.stringify(spec)} (${code})`, () => {
    assert.throws(() => parse(spec), message === undefined ? { code } : { code, message });
  });
}

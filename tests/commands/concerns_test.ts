import assert from "node:assert/strict";
import { deserialize, Timestamp } from "bson";
import { documentFrom } from "../../src/bson/encode.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import {
  checkStandaloneWriteConcern,
  DEFAULT_READ_CONCERN,
  DEFAULT_WRITE_CONCERN,
  parseReadConcern,
  parseWriteConcern,
  writeConcernError,
} from "../../src/commands/concerns.ts";
import { CommandError } from "../../src/error.ts";

type Fields = Record<string, BsonValue>;

function throwsCode(run: () => void, code: number): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.code, code, error.message);
    return true;
  });
}

const time = new Timestamp({ t: 5, i: 6 });

const READ: ReadonlyArray<readonly [Fields, string | number]> = [
  [{}, "local"],
  [{ level: "local" }, "local"],
  [{ level: "available" }, "available"],
  [{ level: "majority" }, "majority"],
  [{ level: "linearizable" }, "linearizable"],
  [{ level: "snapshot", atClusterTime: time }, "snapshot"],
  [{ afterClusterTime: time }, "local"],
  [{ level: "nothing" }, 2],
  [{ level: 1 }, 14],
  [{ afterClusterTime: 1 }, 14],
  [{ atClusterTime: time }, 72],
  [{ level: "linearizable", afterClusterTime: time }, 72],
  [{ level: "available", afterClusterTime: time }, 72],
  [{ level: "snapshot", afterClusterTime: time, atClusterTime: time }, 72],
  [{ level: "snapshot", atClusterTime: new Timestamp({ t: 0, i: 0 }) }, 72],
  [{ afterClusterTime: new Timestamp({ t: 0, i: 0 }) }, 72],
  [{ foo: 1 }, 40415],
];
for (const [fields, expected] of READ) {
  Deno.test(`read concern ${JSON.stringify(fields)}: ${expected}`, () => {
    const parse = () => parseReadConcern(documentFrom(fields), true, "find");
    if (typeof expected === "number") throwsCode(parse, expected);
    else assert.equal(parse().level, expected);
  });
}

Deno.test("commands that take no read concern refuse levels above local", () => {
  throwsCode(() => parseReadConcern(documentFrom({ level: "majority" }), false, "insert"), 72);
  assert.throws(
    () => parseReadConcern(documentFrom({ level: "snapshot" }), "notSnapshot", "count"),
    {
      code: 72,
      message:
        'Command count does not support { readConcern: { level: "snapshot" } } :: caused by :: ' +
        "read concern snapshot not supported",
    },
  );
  assert.equal(parseReadConcern(documentFrom({ level: "local" }), false, "insert").level, "local");
  assert.equal(parseReadConcern(undefined, false, "insert"), DEFAULT_READ_CONCERN);
});

const WRITE: ReadonlyArray<readonly [Fields, [w: number | string, journal: boolean] | number]> = [
  [{}, [1, false]],
  [{ w: 1 }, [1, false]],
  [{ w: 0 }, [0, false]],
  [{ w: 1, j: true }, [1, true]],
  [{ w: "majority" }, ["majority", true]],
  [{ w: "majority", j: false, wtimeout: 100 }, ["majority", false]],
  [{ w: 3 }, [3, false]],
  [{ w: "dc" }, ["dc", false]],
  [{ w: documentFrom({ dc: 1 }) }, ["{dc}", false]],
  [{ fsync: true }, [1, true]],
  [{ w: null }, [1, false]],
  [{ w: -1 }, 9],
  [{ w: 51 }, 9],
  [{ w: true }, 9],
  [{ w: documentFrom({ dc: "x" }) }, 9],
  [{ w: documentFrom({}) }, 9],
  [{ w: 0, j: true }, 9],
  [{ j: true, fsync: true }, 9],
  [{ j: "x" }, 14],
  [{ foo: 1 }, 40415],
];
for (const [fields, expected] of WRITE) {
  Deno.test(`write concern ${JSON.stringify(fields)}: ${expected}`, () => {
    const parse = () => parseWriteConcern(documentFrom(fields), true, "insert");
    if (typeof expected === "number") throwsCode(parse, expected);
    else assert.deepEqual([parse().w, parse().journal], expected);
  });
}

Deno.test("commands that do not write refuse a write concern", () => {
  throwsCode(() => parseWriteConcern(documentFrom({ w: 1 }), false, "find"), 72);
  assert.equal(parseWriteConcern(documentFrom({ w: 0 }), false, "endSessions").w, 0);
  assert.equal(parseWriteConcern(undefined, false, "find"), DEFAULT_WRITE_CONCERN);
});

Deno.test("what one node cannot meet is reported: 100 and 79", () => {
  const errorOf = (fields: Fields) =>
    writeConcernError(parseWriteConcern(documentFrom(fields), true, "insert"));
  assert.equal(errorOf({ w: 1 }), undefined);
  assert.equal(errorOf({ w: "majority" }), undefined);
  const many = deserialize(errorOf({ w: 2, wtimeout: 5 })!);
  assert.equal(many.code, 100);
  assert.equal(many.codeName, "UnsatisfiableWriteConcern");
  assert.deepEqual(many.errInfo.writeConcern, { w: 2, wtimeout: 5, provenance: "clientSupplied" });
  const named = deserialize(errorOf({ w: "dc" })!);
  assert.equal(named.code, 79);
  assert.equal(named.errmsg, "No write concern mode named 'dc' found in replica set configuration");
});

Deno.test("a standalone server refuses them before it writes", () => {
  const check = (w: BsonValue) => () =>
    checkStandaloneWriteConcern(parseWriteConcern(documentFrom({ w }), true, "insert"));
  throwsCode(check(2), 2);
  throwsCode(check("dc"), 2);
  assert.doesNotThrow(check(1));
  assert.doesNotThrow(check("majority"));
});

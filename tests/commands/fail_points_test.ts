import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { elements, type RawElement } from "../../src/bson/read.ts";
import type { BsonValue } from "../../src/bson/value.ts";
import { FailPoints } from "../../src/commands/fail_points.ts";
import { CommandError } from "../../src/error.ts";

function mode(value: BsonValue): RawElement {
  return [...elements(documentFrom({ mode: value }))][0];
}

function configured(value: BsonValue, data: Record<string, BsonValue> = {}): FailPoints {
  const points = new FailPoints();
  points.configure(
    "failCommand",
    mode(value),
    documentFrom({ failCommands: ["find"], errorCode: 5, ...data }),
  );
  return points;
}

function fires(points: FailPoints, command = "find", namespace = "db.c", app?: string): boolean {
  return points.failCommand(command, [], namespace, app) !== undefined;
}

const MODES: ReadonlyArray<readonly [BsonValue, boolean[]]> = [
  ["alwaysOn", [true, true, true]],
  ["off", [false, false, false]],
  [documentFrom({ times: 2 }), [true, true, false]],
  [documentFrom({ times: 0 }), [false, false, false]],
  [documentFrom({ skip: 1 }), [false, true, true]],
  [documentFrom({ activationProbability: 1 }), [true, true, true]],
  [documentFrom({ activationProbability: 0 }), [false, false, false]],
];
for (const [value, expected] of MODES) {
  Deno.test(`mode ${typeof value === "string" ? value : [...elements(value as Uint8Array)][0].name}`, () => {
    const points = configured(value);
    assert.deepEqual(expected.map(() => fires(points)), expected);
    assert.equal(points.isActive, expected[2] || typeof value !== "string" && points.isActive);
  });
}

for (
  const [value, code] of [
    ["sometimes", 2],
    [1, 14],
    [documentFrom({}), 2],
    [documentFrom({ never: 1 }), 2],
    [documentFrom({ times: "x" }), 14],
    [documentFrom({ times: -1 }), 2],
    [documentFrom({ activationProbability: 2 }), 2],
  ] as ReadonlyArray<readonly [BsonValue, number]>
) {
  Deno.test(`a wrong mode is refused with ${code}`, () => {
    assert.throws(
      () => configured(value),
      (error) => error instanceof CommandError && error.code === code,
    );
  });
}

Deno.test("an unknown fail point is refused", () => {
  assert.throws(() => new FailPoints().configure("nothing", mode("off"), undefined), CommandError);
});

Deno.test("failCommand is limited by command, application and namespace", () => {
  assert.equal(fires(configured("alwaysOn"), "insert"), false);
  const points = configured("alwaysOn", { appName: "app", namespace: "db.c" });
  assert.equal(fires(points), false);
  assert.equal(fires(points, "find", "db.c", "app"), true);
  assert.equal(fires(points, "find", "db.d", "app"), false);
  const aliased = configured("alwaysOn", { failCommands: ["isMaster"] });
  assert.ok(aliased.failCommand("hello", ["isMaster"], "admin.$cmd", undefined));
});

Deno.test("failCommand's data is read", () => {
  const data = configured("alwaysOn", {
    closeConnection: true,
    blockConnection: true,
    blockTimeMS: 30,
    errorLabels: ["A"],
    writeConcernError: documentFrom({ code: 91 }),
    failInternalCommands: true,
  }).failCommand("find", [], "db.c", undefined)!;
  assert.equal(data.errorCode, 5);
  assert.equal(data.closeConnection, true);
  assert.equal(data.blockTimeMs, 30);
  assert.deepEqual(data.errorLabels, ["A"]);
  assert.deepEqual(data.writeConcernError, documentFrom({ code: 91 }));
});

Deno.test("configure() tells how often the fail point was entered", () => {
  const points = configured("alwaysOn");
  fires(points);
  fires(points);
  assert.equal(points.configure("failCommand", mode("off"), undefined), 2);
  assert.equal(points.isActive, false);
  assert.equal(points.enter("maxTimeAlwaysTimeOut"), undefined);
  points.configure("maxTimeAlwaysTimeOut", mode(documentFrom({ times: 1 })), undefined);
  assert.ok(points.enter("maxTimeAlwaysTimeOut"));
  assert.equal(points.enter("maxTimeAlwaysTimeOut"), undefined);
});

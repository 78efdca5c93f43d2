// Time zones: offsets, changes of clocks, local to UTC.

import assert from "node:assert/strict";
import { localToUtc, timeZoneOf, UTC, utcToLocal } from "../../src/expression/time_zone.ts";
import { throwsCode } from "./evaluation.ts";

const ms = (text: string): bigint => BigInt(Date.parse(text));

Deno.test("offsets", () => {
  const berlin = timeZoneOf("Europe/Berlin");
  assert.equal(berlin.offsetAt(ms("2024-01-15T00:00:00Z")), 3600000);
  assert.equal(berlin.offsetAt(ms("2024-07-15T00:00:00Z")), 7200000);
  assert.equal(berlin.offsetAt(ms("2024-03-31T00:59:59Z")), 3600000);
  assert.equal(berlin.offsetAt(ms("2024-03-31T01:00:00Z")), 7200000);
  assert.equal(timeZoneOf("+05:30").offsetAt(0n), 19800000);
  assert.equal(timeZoneOf("-0330").offsetAt(0n), -12600000);
  assert.equal(timeZoneOf("+03").offsetAt(0n), 10800000);
  assert.equal(timeZoneOf("GMT"), UTC);
  assert.ok([-18000000, -14400000].includes(timeZoneOf("America/New_York").offsetAt(2n ** 62n)));
  assert.ok(timeZoneOf("America/New_York").offsetAt(-(2n ** 62n)) < -17000000);
});

Deno.test("unknown zones", () => {
  throwsCode(
    () => timeZoneOf("Mars/Base"),
    40485,
    'unrecognized time zone identifier: "Mars/Base"',
  );
  throwsCode(() => timeZoneOf(""), 40485);
  throwsCode(() => timeZoneOf("5"), 40485);
});

Deno.test("local times that are skipped or happen twice", () => {
  const york = timeZoneOf("America/New_York");
  assert.equal(localToUtc(ms("2024-07-01T12:00:00Z"), york), ms("2024-07-01T16:00:00Z"));
  assert.equal(localToUtc(ms("2024-11-03T01:30:00Z"), york), ms("2024-11-03T05:30:00Z"));
  assert.equal(localToUtc(ms("2024-03-10T02:30:00Z"), york), ms("2024-03-10T07:30:00Z"));
  assert.equal(utcToLocal(ms("2024-07-01T16:00:00Z"), york), ms("2024-07-01T12:00:00Z"));
  assert.equal(localToUtc(5n, UTC), 5n);
});

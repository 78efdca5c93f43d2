// Operands of date operators.

import assert from "node:assert/strict";
import { ObjectId, Timestamp } from "bson";
import { BsonDate, MISSING } from "../../src/bson/value.ts";
import {
  formatArgument,
  isTimeUnit,
  momentOf,
  requireMoment,
  startOfWeekArgument,
  unitArgument,
  unknownUnit,
  zoneArgument,
} from "../../src/expression/date_argument.ts";
import { UTC } from "../../src/expression/time_zone.ts";
import { throwsCode } from "./evaluation.ts";

Deno.test("moments", () => {
  assert.equal(momentOf(new BsonDate(5n)), 5n);
  assert.equal(momentOf(new Timestamp({ t: 5, i: 1 })), 5000n);
  assert.equal(momentOf(new ObjectId("0000000a0000000000000000")), 10000n);
  assert.equal(momentOf("x"), undefined);
  throwsCode(() => requireMoment(5), 16006, "can't convert from BSON type int to Date");
});

Deno.test("zones, units, weekdays, formats", () => {
  assert.equal(zoneArgument(MISSING, false), UTC);
  assert.equal(zoneArgument(null, true), null);
  throwsCode(() => zoneArgument(5, true), 40517);
  assert.equal(unitArgument("$x", "day"), "day");
  assert.equal(isTimeUnit("days"), false);
  throwsCode(() => unitArgument("$x", "days"), 5439014);
  throwsCode(() => unitArgument("$x", 5), 5439013);
  assert.equal(startOfWeekArgument("$x", MISSING), 7);
  assert.equal(startOfWeekArgument("$x", "TUE"), 2);
  throwsCode(() => startOfWeekArgument("$x", "t"), 5439016);
  assert.equal(formatArgument("$x", 1, "f"), "f");
  throwsCode(() => formatArgument("$x", 40684, 5), 40684);
  assert.equal(unknownUnit("moon").message, "unknown time unit value: moon");
});

// $dateAdd $dateSubtract $dateDiff $dateTrunc.

import { checkTable, date, double, long } from "./evaluation.ts";

const d = date("2024-01-31T12:00:00Z");
const add = (unit: unknown, amount: unknown, more = {}) => ({
  $dateAdd: { startDate: "$d", unit, amount, ...more },
});

Deno.test("7.71 months clamp to the last day; days and more move in local time", () => {
  checkTable([
    [add("month", 1), { d }, "2024-02-29T12:00:00.000Z"],
    [add("year", 1), { d: date("2024-02-29T00:00:00Z") }, "2025-02-28T00:00:00.000Z"],
    [add("quarter", -1), { d }, "2023-10-31T12:00:00.000Z"],
    [add("week", 2), { d }, "2024-02-14T12:00:00.000Z"],
    [add("day", double(1)), { d }, "2024-02-01T12:00:00.000Z"],
    [add("hour", long(-1)), { d }, "2024-01-31T11:00:00.000Z"],
    [add("millisecond", 5), { d }, "2024-01-31T12:00:00.005Z"],
    [
      add("day", 1, { timezone: "America/New_York" }),
      { d: date("2024-03-09T17:00:00Z") },
      "2024-03-10T16:00:00.000Z",
    ],
    [
      add("hour", 24, { timezone: "America/New_York" }),
      { d: date("2024-03-09T17:00:00Z") },
      "2024-03-10T17:00:00.000Z",
    ],
    [
      { $dateSubtract: { startDate: "$d", unit: "month", amount: 2 } },
      { d: date("2024-04-30T00:00:00Z") },
      "2024-02-29T00:00:00.000Z",
    ],
  ]);
});

Deno.test("$dateAdd errors", () => {
  checkTable([
    [add("month", 1), {}, "null"],
    [add(null, 1), { d }, "null"],
    [add("month", "$no"), { d }, "null"],
    [add("month", 1, { timezone: null }), { d }, "null"],
    [add("month", 1), { d: "x" }, 5166403],
    [add(5, 1), { d }, 5166404],
    [add("moon", 1), { d }, 9],
    [add("month", 1.5), { d }, 5166405],
    [add("year", long(2n ** 62n)), { d }, 5166406],
    [add("millisecond", long(2n ** 63n - 1n)), { d }, 5166406],
    [{ $dateAdd: 5 }, {}, 5166400],
    [add("day", 1, { x: 1 }), { d }, 5166401],
    [{ $dateAdd: { startDate: "$d" } }, { d }, 5166402],
  ]);
});

const diff = (unit: unknown, more = {}) => ({
  $dateDiff: { startDate: "$a", endDate: "$b", unit, ...more },
});

Deno.test("7.71 $dateDiff counts boundaries", () => {
  const a = date("2023-12-31T23:59:59Z");
  const b = date("2024-01-01T00:00:01Z");
  checkTable([
    [diff("year"), { a, b }, "1n"],
    [diff("quarter"), { a, b }, "1n"],
    [diff("month"), { a, b }, "1n"],
    [diff("week"), { a, b }, "0n"],
    [diff("week", { startOfWeek: "Monday" }), { a, b }, "1n"],
    [diff("day"), { a, b }, "1n"],
    [diff("hour"), { a, b }, "1n"],
    [diff("minute"), { a, b }, "1n"],
    [diff("second"), { a, b }, "2n"],
    [diff("millisecond"), { a, b }, "2000n"],
    [diff("day", { timezone: "+01" }), { a, b }, "0n"],
    [diff("day"), { a: b, b: a }, "-1n"],
    [
      diff("hour", { timezone: "America/New_York" }),
      { a: date("2024-03-10T06:30:00Z"), b: date("2024-03-10T07:30:00Z") },
      "1n",
    ],
    [
      { $dateDiff: { startDate: "$a", endDate: { $add: ["$a", 86400000] }, unit: "day" } },
      { a },
      "1n",
    ],
    [diff("day"), { a }, "null"],
    [diff("day"), { a, b: "x" }, 5166307],
    [diff(5), { a, b }, 5439013],
    [diff("moon"), { a, b }, 5439014],
    [diff("week", { startOfWeek: 5 }), { a, b }, 5439015],
    [diff("week", { startOfWeek: "x" }), { a, b }, 5439016],
    [{ $dateDiff: 5 }, {}, 5166301],
    [diff("day", { x: 1 }), {}, 5166302],
    [{ $dateDiff: { endDate: 1, unit: "day" } }, {}, 5166303],
    [{ $dateDiff: { startDate: 1, unit: "day" } }, {}, 5166304],
    [{ $dateDiff: { startDate: 1, endDate: 1 } }, {}, 5166305],
  ]);
});

const trunc = (unit: unknown, more = {}) => ({ $dateTrunc: { date: "$d", unit, ...more } });

Deno.test("$dateTrunc", () => {
  const at = date("2024-05-16T13:47:31.250Z");
  checkTable([
    [trunc("year"), { d: at }, "2024-01-01T00:00:00.000Z"],
    [trunc("quarter"), { d: at }, "2024-04-01T00:00:00.000Z"],
    [trunc("month", { binSize: 6 }), { d: at }, "2024-01-01T00:00:00.000Z"],
    [trunc("year", { binSize: 10 }), { d: date("1995-06-01") }, "1990-01-01T00:00:00.000Z"],
    [trunc("week"), { d: at }, "2024-05-12T00:00:00.000Z"],
    [trunc("week", { startOfWeek: "mon" }), { d: at }, "2024-05-13T00:00:00.000Z"],
    [trunc("day"), { d: at }, "2024-05-16T00:00:00.000Z"],
    [trunc("day", { timezone: "America/Los_Angeles" }), { d: at }, "2024-05-16T07:00:00.000Z"],
    [trunc("hour"), { d: at }, "2024-05-16T13:00:00.000Z"],
    [trunc("minute", { binSize: 15 }), { d: at }, "2024-05-16T13:45:00.000Z"],
    [trunc("second", { binSize: double(10) }), { d: at }, "2024-05-16T13:47:30.000Z"],
    [trunc("millisecond", { binSize: 100 }), { d: at }, "2024-05-16T13:47:31.200Z"],
    [trunc("day"), {}, "null"],
    [trunc("day", { binSize: null }), { d: at }, "null"],
    [trunc("day"), { d: 5 }, 5166307],
    [trunc("day", { binSize: 1.5 }), { d: at }, 5439017],
    [trunc("day", { binSize: 0 }), { d: at }, 5439018],
    [{ $dateTrunc: 5 }, {}, 5439007],
    [trunc("day", { x: 1 }), {}, 5439008],
    [{ $dateTrunc: { unit: "day" } }, {}, 5439009],
    [{ $dateTrunc: { date: "$d" } }, {}, 5439010],
  ]);
});

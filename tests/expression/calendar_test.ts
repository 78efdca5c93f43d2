// The calendar: day numbers, ISO weeks, far dates.

import assert from "node:assert/strict";
import {
  civilDateOf,
  civilTimeOf,
  dayNumberOf,
  dayNumberOfIsoWeek,
  dayOfYear,
  daysInMonth,
  isInDateRange,
  isoDateText,
  isoDayOfWeek,
  isoWeek,
  joinMoment,
  modulo,
  pad,
  splitMoment,
} from "../../src/expression/calendar.ts";

Deno.test("day numbers agree with Date over 800 years", () => {
  for (let day = -146097; day < 146097; day += 17) {
    const date = new Date(day * 86400000);
    const { year, month, day: dayOfMonth } = civilDateOf(day);
    assert.deepEqual([year, month, dayOfMonth], [
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
    ]);
    assert.equal(dayNumberOf(year, month, dayOfMonth), day);
    assert.equal(isoDayOfWeek(day) % 7, date.getUTCDay());
  }
});

Deno.test("parts that run over", () => {
  assert.equal(dayNumberOf(2023, 14, 1), dayNumberOf(2024, 2, 1));
  assert.equal(dayNumberOf(2024, 0, 1), dayNumberOf(2023, 12, 1));
  assert.equal(dayNumberOf(2024, 1, 0), dayNumberOf(2023, 12, 31));
  assert.equal(daysInMonth(2024, 2), 29);
  assert.equal(daysInMonth(2023, 12), 31);
});

Deno.test("ISO weeks", () => {
  assert.deepEqual(isoWeek(dayNumberOf(2021, 1, 3)), { weekYear: 2020, week: 53 });
  assert.deepEqual(isoWeek(dayNumberOf(2021, 1, 4)), { weekYear: 2021, week: 1 });
  assert.deepEqual(isoWeek(dayNumberOf(2018, 12, 31)), { weekYear: 2019, week: 1 });
  assert.equal(dayNumberOfIsoWeek(2021, 1, 1), dayNumberOf(2021, 1, 4));
});

Deno.test("moments beyond the range of Date", () => {
  const far = 2n ** 63n - 1n;
  const time = civilTimeOf(far);
  assert.deepEqual([time.year, time.month, time.day], [292278994, 8, 17]);
  assert.equal(isoDateText(0n), "1970-01-01T00:00:00.000Z");
  assert.equal(isoDateText(-1n), "1969-12-31T23:59:59.999Z");
  const { dayNumber, msOfDay } = splitMoment(-1n);
  assert.deepEqual([dayNumber, msOfDay, joinMoment(dayNumber, msOfDay)], [-1, 86399999, -1n]);
  assert.equal(isInDateRange(far + 1n), false);
  assert.equal(dayOfYear(civilTimeOf(BigInt(Date.UTC(2024, 11, 31)))), 366);
  assert.deepEqual([modulo(-1, 7), pad(-5, 3), pad(5, 3)], [6, "-005", "005"]);
});

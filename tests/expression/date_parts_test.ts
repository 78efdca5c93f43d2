// Parts of dates.

import { checkMessages, checkTable, date, long, ObjectId, Timestamp } from "./evaluation.ts";

const d = date("2024-03-31T12:34:56.789Z");

Deno.test("parts", () => {
  checkTable([
    [{ $year: "$d" }, { d }, "2024"],
    [{ $month: "$d" }, { d }, "3"],
    [{ $dayOfMonth: "$d" }, { d }, "31"],
    [{ $hour: "$d" }, { d }, "12"],
    [{ $minute: ["$d"] }, { d }, "34"],
    [{ $second: "$d" }, { d }, "56"],
    [{ $millisecond: "$d" }, { d }, "789"],
    [{ $dayOfWeek: "$d" }, { d }, "1"],
    [{ $dayOfYear: "$d" }, { d }, "91"],
    [{ $week: "$d" }, { d }, "13"],
    [{ $week: "$d" }, { d: date("2024-01-01") }, "0"],
    [{ $isoWeek: "$d" }, { d }, "13"],
    [{ $isoWeekYear: "$d" }, { d }, "2024n"],
    [{ $isoDayOfWeek: "$d" }, { d }, "7"],
    [{ $hour: { date: "$d", timezone: "Asia/Kolkata" } }, { d }, "18"],
    [{ $hour: { date: "$d", timezone: "-02:00" } }, { d }, "10"],
    [{ $year: "$d" }, { d: new Timestamp({ t: 86400, i: 1 }) }, "1970"],
    [{ $year: "$d" }, { d: new ObjectId("5b2be413c06d924ab26ff9ca") }, "2018"],
  ]);
});

Deno.test("null, wrong types and options", () => {
  checkTable([
    [{ $year: "$no" }, {}, "null"],
    [{ $year: { date: "$d", timezone: "$no" } }, { d }, "null"],
    [{ $year: "x" }, {}, 16006],
    [{ $year: [] }, {}, 40536],
    [{ $year: { date: "$d", x: 1 } }, { d }, 40535],
    [{ $year: { timezone: "UTC" } }, {}, 40539],
    [{ $year: { date: "$d", timezone: 5 } }, { d }, 40533],
    [{ $year: { date: "$d", timezone: "No/Where" } }, { d }, 40485],
    [{ $year: { $add: ["$d", 0] } }, { d }, "2024"],
  ]);
});

Deno.test("$dateToParts and timestamps", () => {
  checkTable([
    [
      { $dateToParts: { date: "$d" } },
      { d },
      "{year: 2024, month: 3, day: 31, hour: 12, minute: 34, second: 56, millisecond: 789}",
    ],
    [
      { $dateToParts: { date: "$d", iso8601: true, timezone: "+02" } },
      { d },
      "{isoWeekYear: 2024, isoWeek: 13, isoDayOfWeek: 7, hour: 14, minute: 34, second: 56, " +
      "millisecond: 789}",
    ],
    [{ $dateToParts: { date: null } }, {}, "null"],
    [{ $dateToParts: 5 }, {}, 40524],
    [{ $dateToParts: { date: "$d", x: 1 } }, { d }, 40520],
    [{ $dateToParts: {} }, {}, 40522],
    [{ $dateToParts: { date: "$d", iso8601: 1 } }, { d }, 40521],
    [{ $tsSecond: "$t" }, { t: new Timestamp({ t: 7, i: 3 }) }, "7n"],
    [{ $tsIncrement: "$t" }, { t: new Timestamp({ t: 7, i: 3 }) }, "3n"],
    [{ $tsSecond: long(5) }, {}, 5687301],
    [{ $tsIncrement: "x" }, {}, 5687302],
    [{ $tsSecond: null }, {}, "null"],
  ]);
});

Deno.test("$tsSecond and $tsIncrement of what is no timestamp", () => {
  checkMessages([
    [{ $tsSecond: 5 }, {}, " Argument to $tsSecond must be a timestamp, but is int"],
    [{ $tsIncrement: "x" }, {}, " Argument to $tsIncrement must be a timestamp, but is string"],
  ]);
});

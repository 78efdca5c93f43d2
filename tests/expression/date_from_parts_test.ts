// $dateFromParts.

import { checkTable, double } from "./evaluation.ts";

Deno.test("7.71 parts roll over, the year does not", () => {
  checkTable([
    [{ $dateFromParts: { year: 2024 } }, {}, "2024-01-01T00:00:00.000Z"],
    [{ $dateFromParts: { year: 2024, month: 14, day: 0 } }, {}, "2025-01-31T00:00:00.000Z"],
    [{ $dateFromParts: { year: 2024, hour: 25, minute: -1 } }, {}, "2024-01-02T00:59:00.000Z"],
    [
      { $dateFromParts: { year: double(2024), millisecond: 90061001 } },
      {},
      "2024-01-02T01:01:01.001Z",
    ],
    [
      { $dateFromParts: { year: 2024, month: 7, timezone: "Europe/Berlin" } },
      {},
      "2024-06-30T22:00:00.000Z",
    ],
    [{ $dateFromParts: { isoWeekYear: 2021, isoWeek: 1 } }, {}, "2021-01-04T00:00:00.000Z"],
    [
      { $dateFromParts: { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 7 } },
      {},
      "2021-01-03T00:00:00.000Z",
    ],
    [{ $dateFromParts: { year: 0 } }, {}, 40523],
    [{ $dateFromParts: { year: 10000 } }, {}, 40523],
    [{ $dateFromParts: { isoWeekYear: 0 } }, {}, 31095],
  ]);
});

Deno.test("errors", () => {
  checkTable([
    [{ $dateFromParts: { year: "$no" } }, {}, "null"],
    [{ $dateFromParts: { year: 2024, day: null } }, {}, "null"],
    [{ $dateFromParts: 5 }, {}, 40519],
    [{ $dateFromParts: { year: 1, x: 1 } }, {}, 40518],
    [{ $dateFromParts: { month: 1 } }, {}, 40516],
    [{ $dateFromParts: { year: 1, isoWeek: 1 } }, {}, 40489],
    [{ $dateFromParts: { isoWeekYear: 1, day: 1 } }, {}, 40525],
    [{ $dateFromParts: { year: 2024, month: 1.5 } }, {}, 40515],
    [{ $dateFromParts: { year: 2024, month: 40000 } }, {}, 31034],
    [{ $dateFromParts: { year: 2024, timezone: 5 } }, {}, 40517],
  ]);
});

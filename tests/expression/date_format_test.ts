// $dateToString and formats.

import { checkTable, date } from "./evaluation.ts";

const d = date("2024-03-05T07:08:09.012Z");
const format = (text: string, timezone?: string) => ({
  $dateToString: timezone === undefined
    ? { date: "$d", format: text }
    : { date: "$d", format: text, timezone },
});

Deno.test("directives", () => {
  checkTable([
    [{ $dateToString: { date: "$d" } }, { d }, '"2024-03-05T07:08:09.012Z"'],
    [
      { $dateToString: { date: "$d", timezone: "Europe/Berlin" } },
      { d },
      '"2024-03-05T08:08:09.012"',
    ],
    [format("%Y-%m-%d %H:%M:%S.%L %%"), { d }, '"2024-03-05 07:08:09.012 %"'],
    [format("%j %w %u %U %V %G"), { d }, '"065 3 2 09 10 2024"'],
    [format("%b %B"), { d }, '"Mar March"'],
    [format("%z %Z"), { d }, '"+0000 0"'],
    [format("%z %Z", "Asia/Kolkata"), { d }, '"+0530 330"'],
    [format("%H %z", "-03:30"), { d }, '"03 -0330"'],
  ]);
});

Deno.test("null and errors", () => {
  checkTable([
    [{ $dateToString: { date: null } }, {}, "null"],
    [{ $dateToString: { date: "$no", onNull: "none" } }, {}, '"none"'],
    [{ $dateToString: { date: "$no", onNull: "$nope" } }, {}, "missing"],
    [{ $dateToString: { date: "$d", format: null } }, { d }, "null"],
    [{ $dateToString: { date: "$d", timezone: null } }, { d }, "null"],
    [format("%x"), { d }, 18536],
    [format("%"), { d }, 18535],
    [{ $dateToString: { date: "$d", format: 5 } }, { d }, 18533],
    [{ $dateToString: { date: "x" } }, {}, 16006],
    [{ $dateToString: 5 }, {}, 18629],
    [{ $dateToString: { date: "$d", x: 1 } }, {}, 18534],
    [{ $dateToString: { format: "%Y" } }, {}, 18628],
    [format("%Y"), { d: new Date(2.6e14) }, 18537],
  ]);
});

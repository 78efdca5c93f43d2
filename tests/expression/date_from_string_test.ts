// $dateFromString.

import { checkTable } from "./evaluation.ts";

const parse = (dateString: unknown, more: Record<string, unknown> = {}) => ({
  $dateFromString: { dateString, ...more },
});

Deno.test("options", () => {
  checkTable([
    [parse("2024-01-31"), {}, "2024-01-31T00:00:00.000Z"],
    [
      parse("2024-01-31T10:00:00", { timezone: "America/New_York" }),
      {},
      "2024-01-31T15:00:00.000Z",
    ],
    [parse("31.01.2024", { format: "%d.%m.%Y" }), {}, "2024-01-31T00:00:00.000Z"],
    [parse("x", { onError: "bad" }), {}, '"bad"'],
    [parse(5, { onError: "$$REMOVE" }), {}, "missing"],
    [parse(null, { onNull: "none" }), {}, '"none"'],
    [parse("$no"), {}, "null"],
    [parse("2024-01-31", { format: null }), {}, "null"],
    [parse("2024-01-31", { timezone: null }), {}, "null"],
    [parse("4/26/1992:+285", { format: "%m/%d/%Y:%Z" }), {}, "1992-04-25T19:15:00.000Z"],
    [parse("2017, Day 5", { format: "%G, Day %u" }), {}, "2017-01-06T00:00:00.000Z"],
    [parse("2017", { format: "%G" }), {}, "2017-01-02T00:00:00.000Z"],
    [parse("ISO Day 6", { format: "ISO Day %u" }), {}, 241],
    [parse("12/31/2018", { format: "%m/%d/%G" }), {}, 241],
    [parse("2017-Jul-04 noon"), {}, "2017-07-04T12:00:00.000Z"],
    [parse("July 4th"), {}, 241],
    [parse("x"), {}, 241],
    [parse(5), {}, 241],
    [parse("2024-01-31T00:00:00Z", { timezone: "UTC" }), {}, 241],
    [parse("2024-01-31", { format: 5 }), {}, 40684],
    [parse("2024-01-31", { format: "%x" }), {}, 18536],
    [parse("2024-01-31", { timezone: 5 }), {}, 40517],
    [{ $dateFromString: 5 }, {}, 40540],
    [parse("x", { x: 1 }), {}, 40541],
    [{ $dateFromString: {} }, {}, 40542],
  ]);
});

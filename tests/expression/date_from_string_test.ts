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

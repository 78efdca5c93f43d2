import { Decimal128, Long } from "bson";
import { checkOutcome, testWindows, windowed } from "../typed_result.ts";

const fill = { $linearFill: "$v" };

testWindows("$linearFill", [
  [fill, [1, null, undefined, 4], "1 2.0 3.0 4"],
  [fill, [null, 1, null, 2, null], "null 1 1.5 2 null"],
  [fill, [null, null], "null null"],
  [fill, [1, 2, 3], "1 2 3"],
  [fill, [0, null, 10, null, 30], "0 5.0 10 20.0 30"],
  [fill, [Long.fromNumber(1), null, Decimal128.fromString("2")], "1n dec(1.5) dec(2)"],
  [fill, [1, "x"], 14],
  [fill, [1], 605001, { sortBy: { t: 1, v: 1 } }],
  [{ ...fill, window: {} }, [1], 9],
]);

const day = (n: number): Date => new Date(n * 86400000);

Deno.test("$linearFill along dates and uneven steps", async () => {
  const dates = [{ t: day(0), v: 0 }, { t: day(1) }, { t: day(4), v: 8 }];
  await checkOutcome(() => windowed(fill, dates), "0 2.0 8", "dates");
  const uneven = [{ t: 0, v: 0 }, { t: 1 }, { t: 10, v: 5 }];
  await checkOutcome(() => windowed(fill, uneven), "0 0.5 5", "uneven");
});

Deno.test("$linearFill refuses repeated, mixed and other sort values", async () => {
  await checkOutcome(() => windowed(fill, [{ t: 1, v: 1 }, { t: 1 }]), 6050106, "repeated");
  await checkOutcome(() => windowed(fill, [{ t: 1, v: 1 }, { t: day(0) }]), 14, "mixed");
  await checkOutcome(() => windowed(fill, [{ t: "x", v: 1 }]), 14, "string");
  await checkOutcome(() => windowed(fill, [{ v: 1 }]), 14, "missing");
});

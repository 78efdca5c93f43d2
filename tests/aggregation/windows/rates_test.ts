import { Decimal128 } from "bson";
import { checkOutcome, testWindows, windowed } from "../typed_result.ts";

const step = { documents: [-1, 0] };
const derivative = (options: object = {}) => ({
  $derivative: { input: "$v", ...options },
  window: step,
});
const integral = (options: object = {}) => ({ $integral: { input: "$v", ...options } });

testWindows("$derivative", [
  [derivative(), [1, 3, 2], "null 2.0 -1.0"],
  [derivative(), [Decimal128.fromString("1"), 3], "null dec(2)"],
  [{ $derivative: { input: "$v" }, window: { documents: [0, 2] } }, [1, 3, 9], "4.0 6.0 null"],
  [{ $derivative: { input: "$v" }, window: { documents: [-3, -2] } }, [1, 3], "null null"],
  [{ $derivative: { input: "$v" } }, [1], 9],
  [derivative(), [null, 1], 5624903],
  [derivative(), ["x", 1], 14],
  [derivative({ unit: "day" }), [1, 2], 5624900],
  [derivative({ unit: "month" }), [1], 5490710],
  [derivative({ unit: "eon" }), [1], 9],
  [derivative({ unit: 5 }), [1], 9],
  [derivative({ foo: 5 }), [1], 9],
  [{ $derivative: {}, window: step }, [1], 9],
  [derivative(), [1], 9, { sortBy: { a: 1, b: 1 } }],
]);

testWindows("$integral", [
  [{ ...integral(), window: { documents: ["unbounded", "current"] } }, [1, 3, 5], "0 2.0 6.0"],
  [{ ...integral(), window: step }, [1, 3, 5], "0 2.0 4.0"],
  [integral(), [1, 3], "2.0 2.0"],
  [{ ...integral(), window: { documents: [1, 2] } }, [1, 3, 5], "4.0 0 null"],
  [{ ...integral(), window: step }, [1, NaN, 5, 7], "0 NaN NaN 6.0"],
  [integral(), [null], 5423900],
  [integral({ unit: "hour" }), [1], 5423901],
  [integral({ unit: "year" }), [1], 5490710],
  [{ $integral: 5 }, [1], 9],
  [integral({ foo: 1 }), [1], 9],
]);

const HOURS = [0, 1, 3].map((hour, i) => ({ t: new Date(hour * 3600000), v: [10, 30, 30][i] }));

Deno.test("rates over dates", async () => {
  await checkOutcome(() => windowed(derivative({ unit: "hour" }), HOURS), "null 20.0 0.0", "hour");
  await checkOutcome(() => windowed(derivative({ unit: "day" }), HOURS), "null 480.0 0.0", "day");
  await checkOutcome(() => windowed(derivative(), HOURS), 5624901, "no unit");
  const running = {
    ...integral({ unit: "hour" }),
    window: { documents: ["unbounded", "current"] },
  };
  await checkOutcome(() => windowed(running, HOURS), "0.0 20.0 80.0", "integral");
  await checkOutcome(() => windowed(integral(), HOURS), 5423902, "no unit");
  const range = { ...derivative({ unit: "hour" }), window: { range: [-1, 0], unit: "hour" } };
  await checkOutcome(() => windowed(range, HOURS), "null 20.0 null", "range");
});

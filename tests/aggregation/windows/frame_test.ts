import { type Document } from "bson";
import { checkOutcome, testWindows, windowed } from "../typed_result.ts";

const push = (window: Document): Document => ({ $push: "$v", window });

testWindows("document frames", [
  [push({ documents: [-1, 1] }), [1, 2, 3], "[1, 2] [1, 2, 3] [2, 3]"],
  [push({ documents: ["current", "unbounded"] }), [1, 2, 3], "[1, 2, 3] [2, 3] [3]"],
  [push({ documents: ["unbounded", -1] }), [1, 2, 3], "[] [1] [1, 2]"],
  [push({ documents: ["unbounded", 1] }), [1, 2, 3], "[1, 2] [1, 2, 3] [1, 2, 3]"],
  [push({ documents: [2, 3] }), [1, 2, 3], "[3] [] []"],
  [push({ documents: [-9, -8] }), [1, 2, 3], "[] [] []"],
  [push({ documents: [2147483647, 2147483647] }), [1, 2], "[] []"],
]);

/** Documents whose sortBy values are given. */
function at(...values: unknown[]): Document[] {
  return values.map((t, v) => t === undefined ? { v } : { t, v });
}

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

const ROWS:
  readonly (readonly [window: Document, documents: readonly Document[], string | number])[] = [
    [{ range: [-1, 1] }, at(1, 2, 2, 5, 6), "[0, 1, 2] [0, 1, 2] [0, 1, 2] [3, 4] [3, 4]"],
    [{ range: [-1, 0] }, at(1, 1, 2, 4), "[0, 1] [0, 1] [0, 1, 2] [3]"],
    [{ range: ["current", 1] }, at(1, 1, 2, 4), "[0, 1, 2] [1, 2] [2] [3]"],
    [{ range: [-1, "current"] }, at(1, 1, 2, 4), "[0] [0, 1] [0, 1, 2] [3]"],
    [{ range: ["unbounded", 0] }, at(1, 1, 2), "[0, 1] [0, 1] [0, 1, 2]"],
    [{ range: ["unbounded", "unbounded"] }, at(1, 2), "[0, 1] [0, 1]"],
    [{ range: [0, "unbounded"] }, at(1, 1, 2), "[0, 1, 2] [0, 1, 2] [2]"],
    [{ range: [2, 3] }, at(1, 2, 3, 4, 9), "[2, 3] [3] [] [] []"],
    [{ range: [-3, -2] }, at(1, 2, 3, 4, 9), "[] [] [0] [0, 1] []"],
    [{ range: [0, 0.2] }, at(0.1, 0.3, 0.35), "[0, 1] [1, 2] [2]"],
    [{ range: [0, 1] }, at(2, 2.5, 3), "[0, 1, 2] [1, 2] [2]"],
    [{ range: [-1, 1] }, at(1, "x"), 5429414],
    [{ range: [-1, 1] }, at(undefined, 1), 5429414],
    [{ range: [-1, 1] }, at(day("2024-01-01")), 5429413],
    [{ range: [-1, 1], unit: "day" }, at(1), 5429513],
    [
      { range: [-1, 0], unit: "month" },
      at(day("2024-01-31"), day("2024-02-29"), day("2024-03-29"), day("2024-03-31")),
      "[0] [0, 1] [1, 2] [1, 2, 3]",
    ],
    [
      { range: [-1, 0], unit: "quarter" },
      at(day("2024-01-01"), day("2024-04-01"), day("2024-07-02")),
      "[0] [0, 1] [2]",
    ],
    [
      { range: [-1, 0], unit: "year" },
      at(day("2023-03-01"), day("2024-02-29"), day("2024-03-01")),
      "[0] [0, 1] [0, 1, 2]",
    ],
    [
      { range: [0, 10], unit: "minute" },
      at(new Date(0), new Date(600_000), new Date(600_001)),
      "[0, 1] [1, 2] [2]",
    ],
  ];

for (const [window, documents, expected] of ROWS) {
  Deno.test(`range frame ${JSON.stringify(window)} gives ${expected}`, async () => {
    await checkOutcome(() => windowed(push(window), documents), expected, JSON.stringify(window));
  });
}

import { testWindows } from "../typed_result.ts";

const shift = (argument: Record<string, unknown>) => ({ $shift: argument });

testWindows("$first and $last of a window", [
  [{ $first: "$v" }, [3, 1, 2], "3 3 3"],
  [{ $last: "$v" }, [3, 1, 2], "2 2 2"],
  [{ $first: "$v", window: { documents: [-1, 0] } }, [3, 1, 2], "3 3 1"],
  [{ $last: "$v", window: { documents: [0, 1] } }, [3, 1, 2], "1 2 2"],
  [{ $first: "$v", window: { documents: [1, 2] } }, [3, 1], "1 null"],
  [{ $last: "$v", window: { documents: ["unbounded", -1] } }, [3, 1], "null 3"],
  [{ $first: "$v", window: { range: [-1, 0] } }, [3, 1, 2], "3 3 1"],
  [{ $first: "$v", window: { range: ["unbounded", 0] } }, [3, 1, 2], "3 3 3"],
  [{ $first: "$v", window: { documents: [0, 0] } }, [undefined, 1], "missing 1"],
]);

testWindows("$shift", [
  [shift({ output: "$v", by: 1 }), [1, 2, 3], "2 3 null"],
  [shift({ output: "$v", by: -1, default: "none" }), [1, 2], '"none" 1'],
  [shift({ output: { $add: ["$v", 1] }, by: 0 }), [1, 2], "2 3"],
  [shift({ output: "$v", by: 5, default: { $add: [1, 1] } }), [1], "2"],
  [shift({ output: "$v", by: 1, default: "$v" }), [1], 9],
  [shift({ output: "$v", by: 1.5 }), [1], 9],
  [shift({ output: "$v", by: "x" }), [1], 9],
  [shift({ output: "$v" }), [1], 9],
  [shift({ by: 1 }), [1], 9],
  [shift({ output: "$v", by: 1, foo: 1 }), [1], 9],
  [{ $shift: 5 }, [1], 9],
  [{ $shift: { output: "$v", by: 1 }, window: {} }, [1], 9],
]);

import { testWindows } from "../typed_result.ts";

testWindows("fields of a window function", [
  [{ $sum: "$v", $avg: "$v" }, [1], 9],
  [{ $sum: "$v", windw: {} }, [1], 9],
  [{ windw: {}, $sum: "$v" }, [1], 9],
  [{ $summ: "$v" }, [1], 9],
  [{ sum: "$v" }, [1], 9],
  [{}, [1], 9],
  [{ $sum: "$v", window: 5 }, [1], 9],
  [{ $locf: "$v", window: {} }, [1], 9],
  [{ $locf: "$v", other: 1 }, [1], 9],
  [{ $first: "$v", other: 1 }, [1], 9],
  [{ $derivative: 5, window: {} }, [1], 9],
  [{ window: { documents: [0, 0] }, $sum: "$v" }, [1, 2], "1 2"],
]);

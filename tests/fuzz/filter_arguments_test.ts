// A short run of filters with wrong arguments; `deno task fuzz` runs more.

import { fuzzFilterArguments } from "./filter_arguments.ts";

Deno.test("wrong arguments are refused with a code", () => {
  fuzzFilterArguments(1, 5000);
});

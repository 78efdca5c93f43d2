import { fuzzStorageHistory } from "./storage_history.ts";

Deno.test("random histories leave documents, counts and indexes right", async () => {
  await fuzzStorageHistory(4711, 600);
});

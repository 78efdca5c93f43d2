import { withServer } from "../harness.ts";

Deno.test("planCacheClearFilters takes one filter away, or all", async () => {
  await withServer(async (harness) => {
    await harness.check("t", [
      [{ planCacheClearFilters: "nothing" }, {}],
      [{ create: "c" }, {}],
      [{ planCacheSetFilter: "c", query: { a: 1 }, indexes: ["a_1"] }, {}],
      [{ planCacheSetFilter: "c", query: { b: 1 }, indexes: ["a_1"] }, {}],
      [{ planCacheSetFilter: "c", query: { c: 1 }, indexes: ["a_1"] }, {}],
      [{ planCacheClearFilters: "c", query: { b: 5 } }, {}],
      [{ planCacheListFilters: "c" }, { filters: [{ query: { a: 1 } }, { query: { c: 1 } }] }],
      [
        { planCacheClearFilters: "c", sort: { a: 1 } },
        [2, "sort, projection, or collation provided without query"],
      ],
      [{ planCacheClearFilters: "c" }, {}],
      [{ planCacheListFilters: "c" }, { filters: [] }],
    ]);
  });
});

import { withServer } from "../harness.ts";

Deno.test("planCacheListFilters shows filters as they were given", async () => {
  await withServer(async (harness) => {
    await harness.check("t", [
      [{ planCacheListFilters: "nothing" }, { filters: [] }],
      [{ create: "c" }, {}],
      [{ planCacheListFilters: "c" }, { filters: [] }],
      [{
        planCacheSetFilter: "c",
        query: { a: 1 },
        sort: { b: -1 },
        projection: { c: 1 },
        indexes: ["a_1", { b: 1 }],
      }, {}],
      [
        { planCacheSetFilter: "c", query: { a: 9 }, collation: { locale: "de" }, indexes: ["x"] },
        {},
      ],
      [{ planCacheListFilters: "c" }, {
        filters: [
          { query: { a: 1 }, sort: { b: -1 }, projection: { c: 1 }, indexes: [{ b: 1 }, "a_1"] },
          {
            query: { a: 9 },
            sort: {},
            projection: {},
            collation: { locale: "de" },
            indexes: ["x"],
          },
        ],
      }],
      [{ drop: "c" }, {}],
      [{ create: "c" }, {}],
      [{ planCacheListFilters: "c" }, { filters: [] }],
    ]);
  });
});

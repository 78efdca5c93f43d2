import { testDatabase } from "../database.ts";

testDatabase("$geoNear asks for an index there is none of", async (database) => {
  await database.insert("c", [{ a: [1, 2] }]);
  const near = { type: "Point", coordinates: [0, 0] };
  const spec = { near, distanceField: "d", spherical: true };
  await database.check("c", [{ $geoNear: spec }], [
    27,
    "$geoNear requires a 2d or 2dsphere index, but none were found",
  ]);
  await database.check("none", [{ $geoNear: spec }], [
    27,
    "$geoNear requires a geo index to run, but t.none does not exist",
  ]);
  await database.check("c", [{ $match: {} }, { $geoNear: spec }], [40602]);
  await database.check("c", [{ $facet: { a: [{ $geoNear: spec }] } }], [40600]);
  for (
    const [given, code] of [
      [5, 10065],
      [{}, 5860400],
      [{ ...spec, foo: 1 }, 9],
      [{ ...spec, limit: 1 }, 50858],
      [{ ...spec, key: "$a" }, 16410],
      [{ ...spec, distanceField: 5 }, 16606],
      [{ ...spec, query: 5 }, 14],
      [{ ...spec, distanceMultiplier: "x" }, 14],
    ] as const
  ) await database.check("c", [{ $geoNear: given }], [code]);
});

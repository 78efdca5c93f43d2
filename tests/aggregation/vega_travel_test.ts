// Questions about flights between airports: joins over three collections, times of day, delays.

import { airports, type Flight, flights, routes } from "./vega_data.ts";
import { askAbout, deviation, mean, quantile, type Question } from "./vega_questions.ts";
import { grouped, ordered, sum } from "./shop_questions.ts";

const trips = flights("2k");
const many = flights("10k");
const ports = airports();
const ways = routes();
const portOf = new Map(ports.map((port) => [port._id, port]));
const stateOf = (code: string): string => portOf.get(code)!.state;

const REPORTS: readonly Question[] = [
  [
    "delays by hour of the day",
    "flights",
    [
      {
        $group: {
          _id: { $hour: "$date" },
          n: { $sum: 1 },
          average: { $avg: "$delay" },
          late: { $sum: { $cond: [{ $gt: ["$delay", 15] }, 1, 0] } },
          spread: { $stdDevPop: "$delay" },
          p90: { $percentile: { input: "$delay", p: [0.9], method: "approximate" } },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(many, ({ date }) => date.getUTCHours()).map(([_id, list]) => {
        const delays = list.map(({ delay }) => delay);
        return {
          _id,
          n: list.length,
          average: mean(delays),
          late: delays.filter((delay) => delay > 15).length,
          spread: deviation(delays),
          p90: [quantile(delays, 0.9)],
        };
      }),
  ],
  [
    "flights per week, by $dateTrunc",
    "flights",
    [
      {
        $group: {
          _id: { $dateTrunc: { date: "$date", unit: "week", startOfWeek: "monday" } },
          n: { $sum: 1 },
          miles: { $sum: "$distance" },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () => {
      const day = 86_400_000;
      const monday = ({ date }: Flight) => {
        const midnight = Math.floor(date.getTime() / day) * day;
        return midnight - (new Date(midnight).getUTCDay() + 6) % 7 * day;
      };
      return grouped(many, monday).map(([_id, list]) => ({
        _id: new Date(_id),
        n: list.length,
        miles: sum(list, ({ distance }) => distance),
      }));
    },
  ],
  [
    "the busiest routes, both directions together",
    "flights",
    [
      {
        $group: {
          _id: {
            $cond: [
              { $lt: ["$origin", "$destination"] },
              { $concat: ["$origin", "-", "$destination"] },
              { $concat: ["$destination", "-", "$origin"] },
            ],
          },
          n: { $sum: 1 },
        },
      },
      { $sort: { n: -1, _id: 1 } },
      { $limit: 12 },
    ],
    () =>
      ordered(
        grouped(many, ({ origin, destination }) => [origin, destination].sort().join("-"))
          .map(([_id, list]) => ({ _id, n: list.length })),
        ({ n }) => -n,
        ({ _id }) => _id,
      ).slice(0, 12),
  ],
];

const JOINS: readonly Question[] = [
  [
    "departures by state",
    "trips",
    [
      { $lookup: { from: "airports", localField: "origin", foreignField: "_id", as: "from" } },
      { $unwind: "$from" },
      { $group: { _id: "$from.state", n: { $sum: 1 }, delay: { $avg: "$delay" } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(trips, ({ origin }) => stateOf(origin)).map(([_id, list]) => ({
        _id,
        n: list.length,
        delay: mean(list.map(({ delay }) => delay)),
      })),
  ],
  [
    "flights that stay in their state",
    "trips",
    [
      { $lookup: { from: "airports", localField: "origin", foreignField: "_id", as: "from" } },
      { $lookup: { from: "airports", localField: "destination", foreignField: "_id", as: "to" } },
      { $match: { $expr: { $eq: [{ $first: "$from.state" }, { $first: "$to.state" }] } } },
      { $project: { state: { $first: "$from.state" } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      trips.filter(({ origin, destination }) => stateOf(origin) === stateOf(destination))
        .map(({ _id, origin }) => ({ _id, state: stateOf(origin) })),
  ],
  [
    "airports in Alaska with the latest flights from them",
    "airports",
    [
      { $match: { state: "AK" } },
      {
        $lookup: {
          from: "trips",
          let: { code: "$_id" },
          pipeline: [
            { $match: { $expr: { $eq: ["$origin", "$$code"] } } },
            { $sort: { date: -1, _id: 1 } },
            { $limit: 2 },
            { $project: { date: 1 } },
          ],
          as: "latest",
        },
      },
      { $match: { latest: { $ne: [] } } },
      { $project: { city: 1, latest: 1 } },
      { $sort: { _id: 1 } },
    ],
    () =>
      ordered(ports.filter(({ state }) => state === "AK"), ({ _id }) => _id)
        .map(({ _id, city }) => ({
          _id,
          city,
          latest: ordered(
            trips.filter(({ origin }) => origin === _id),
            ({ date }) => -date.getTime(),
            (trip) => trip._id,
          ).slice(0, 2).map((trip) => ({ _id: trip._id, date: trip.date })),
        })).filter(({ latest }) => latest.length > 0),
  ],
  [
    "late flights into Texas, joined and filtered by the joined field",
    "trips",
    [
      { $match: { delay: { $gt: 30 } } },
      { $lookup: { from: "airports", localField: "destination", foreignField: "_id", as: "to" } },
      { $unwind: { path: "$to", preserveNullAndEmptyArrays: true } },
      { $match: { "to.state": "TX", "to.city": { $ne: "Houston" } } },
      { $project: { delay: 1, city: "$to.city" } },
      { $sort: { delay: -1, _id: 1 } },
    ],
    () =>
      ordered(
        trips.filter(({ delay, destination }) =>
          delay > 30 && stateOf(destination) === "TX" && portOf.get(destination)!.city !== "Houston"
        ).map(({ _id, delay, destination }) => ({
          _id,
          delay,
          city: portOf.get(destination)!.city,
        })),
        ({ delay }) => -delay,
        ({ _id }) => _id,
      ),
  ],
  [
    "what Hilo reaches with at most one change",
    "airports",
    [
      { $match: { _id: "ITO" } },
      {
        $graphLookup: {
          from: "routes",
          startWith: "$_id",
          connectFromField: "destination",
          connectToField: "origin",
          maxDepth: 1,
          depthField: "changes",
          restrictSearchWithMatch: { count: { $gte: 100 } },
          as: "legs",
        },
      },
      { $unwind: "$legs" },
      { $group: { _id: "$legs.destination", changes: { $min: "$legs.changes" } } },
      { $sort: { _id: 1 } },
    ],
    () => {
      const from = (code: string) =>
        ways.filter(({ origin, count }) => origin === code && count >= 100)
          .map(({ destination }) => destination);
      const reached = new Map<string, number>();
      const first = from("ITO");
      for (const code of first.flatMap(from)) reached.set(code, 1);
      for (const code of first) reached.set(code, 0);
      return ordered([...reached].map(([_id, changes]) => ({ _id, changes })), ({ _id }) => _id);
    },
  ],
  [
    "all codes that occur anywhere",
    "trips",
    [
      { $project: { _id: 0, code: "$origin" } },
      { $unionWith: { coll: "trips", pipeline: [{ $project: { _id: 0, code: "$destination" } }] } },
      { $unionWith: { coll: "routes", pipeline: [{ $project: { _id: 0, code: "$origin" } }] } },
      { $group: { _id: "$code", n: { $sum: 1 } } },
      { $sort: { n: -1, _id: 1 } },
      { $limit: 20 },
    ],
    () => {
      const codes = [
        ...trips.flatMap(({ origin, destination }) => [origin, destination]),
        ...ways.map(({ origin }) => origin),
      ];
      return ordered(
        grouped(codes, (code) => code).map(([_id, list]) => ({ _id, n: list.length })),
        ({ n }) => -n,
        ({ _id }) => _id,
      ).slice(0, 20);
    },
  ],
];

askAbout(
  "flights",
  [
    { name: "trips", rows: trips, indexes: [{ origin: 1, date: -1 }, { delay: 1 }] },
    { name: "flights", rows: many, indexes: [{ date: 1 }] },
    { name: "airports", rows: ports, indexes: [{ state: 1, city: 1 }] },
    { name: "routes", rows: ways, indexes: [{ origin: 1, count: 1 }] },
  ],
  [...REPORTS, ...JOINS],
);

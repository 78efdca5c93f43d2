// Questions about three thousand films: genres, ratings, money, directors; null in most fields as the data came.

import { type Film, films } from "./vega_data.ts";
import {
  askAbout,
  deviation,
  isNumber,
  mean,
  median,
  quantile,
  type Question,
} from "./vega_questions.ts";
import { grouped, ordered, sum } from "./shop_questions.ts";

const all = films();
const ratingOf = (film: Film): number | null => film["IMDB Rating"];
const withGenre = all.filter((film) => film["Major Genre"] !== null);
const byGenre = grouped(withGenre, (film) => film["Major Genre"]!);
const ratings = (list: readonly Film[]): number[] => list.map(ratingOf).filter(isNumber);
const HAS_GENRE = { $match: { "Major Genre": { $ne: null } } };

const REPORTS: readonly Question[] = [
  [
    "ratings per genre",
    "films",
    [
      HAS_GENRE,
      {
        $group: {
          _id: "$Major Genre",
          n: { $sum: 1 },
          average: { $avg: "$IMDB Rating" },
          middle: { $median: { input: "$IMDB Rating", method: "approximate" } },
          upper: {
            $percentile: { input: "$IMDB Rating", p: [0.75, 0.95], method: "approximate" },
          },
          spread: { $stdDevPop: "$IMDB Rating" },
          worst: { $min: "$IMDB Rating" },
          best: { $max: "$IMDB Rating" },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () =>
      byGenre.map(([_id, list]) => ({
        _id,
        n: list.length,
        average: mean(ratings(list)),
        middle: median(ratings(list)),
        upper: [quantile(ratings(list), 0.75), quantile(ratings(list), 0.95)],
        spread: deviation(ratings(list)),
        worst: Math.min(...ratings(list)),
        best: Math.max(...ratings(list)),
      })),
  ],
  [
    "profit of distributors, the ten largest",
    "films",
    [
      { $match: { Distributor: { $type: "string" }, "Worldwide Gross": { $gt: 0 } } },
      { $set: { profit: { $subtract: ["$Worldwide Gross", "$Production Budget"] } } },
      { $group: { _id: "$Distributor", profit: { $sum: "$profit" }, films: { $count: {} } } },
      { $sort: { profit: -1, _id: 1 } },
      { $limit: 10 },
    ],
    () => {
      const earning = all.filter((film) =>
        film.Distributor !== null && (film["Worldwide Gross"] ?? 0) > 0
      );
      const rows = grouped(earning, ({ Distributor }) => Distributor!).map(([_id, list]) => ({
        _id,
        profit: sum(
          list,
          (film) =>
            film["Production Budget"] === null
              ? 0
              : film["Worldwide Gross"]! - film["Production Budget"],
        ),
        films: list.length,
      }));
      return ordered(rows, ({ profit }) => -profit, ({ _id }) => _id).slice(0, 10);
    },
  ],
  [
    "films per decade and certificate",
    "films",
    [
      { $match: { "MPAA Rating": { $in: ["G", "PG", "PG-13", "R"] } } },
      {
        $group: {
          _id: {
            decade: { $multiply: [10, { $floor: { $divide: [{ $year: "$Release" }, 10] } }] },
            certificate: "$MPAA Rating",
          },
          n: { $sum: 1 },
        },
      },
      { $sort: { "_id.decade": 1, "_id.certificate": 1 } },
      { $project: { _id: 0, decade: "$_id.decade", certificate: "$_id.certificate", n: 1 } },
    ],
    () => {
      const rated = all.filter((film) => ["G", "PG", "PG-13", "R"].includes(film["MPAA Rating"]!));
      const decadeOf = ({ Release }: Film) => Math.floor(Release.getUTCFullYear() / 10) * 10;
      return grouped(rated, (film) => `${decadeOf(film)} ${film["MPAA Rating"]}`)
        .map(([, list]) => ({
          n: list.length,
          decade: decadeOf(list[0]),
          certificate: list[0]["MPAA Rating"],
        }));
    },
  ],
  [
    "how long films of each source run, absent values aside",
    "films",
    [
      {
        $group: {
          _id: "$Source",
          timed: { $sum: { $cond: [{ $isNumber: "$Running Time min" }, 1, 0] } },
          minutes: { $avg: "$Running Time min" },
        },
      },
      { $match: { timed: { $gte: 10 } } },
      { $set: { _id: { $ifNull: ["$_id", "unknown"] } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(all, ({ Source }) => Source ?? "unknown").map(([_id, list]) => {
        const minutes = list.map((film) => film["Running Time min"]).filter(isNumber);
        return { _id, timed: minutes.length, minutes: minutes.length > 0 ? mean(minutes) : null };
      }).filter(({ timed }) => timed >= 10),
  ],
  [
    "words in titles, the commonest",
    "films",
    [
      { $match: { Title: { $type: "string" } } },
      {
        $project: {
          word: { $regexFindAll: { input: { $toLower: "$Title" }, regex: "[a-z]{4,}" } },
        },
      },
      { $unwind: "$word" },
      { $sortByCount: "$word.match" },
      { $sort: { count: -1, _id: 1 } },
      { $limit: 15 },
    ],
    () => {
      const words = all.flatMap(({ Title }) =>
        typeof Title === "string" ? Title.toLowerCase().match(/[a-z]{4,}/g) ?? [] : []
      );
      return ordered(
        grouped(words, (word) => word).map(([_id, list]) => ({ _id, count: list.length })),
        ({ count }) => -count,
        ({ _id }) => _id,
      ).slice(0, 15);
    },
  ],
];

const boundaries = [0, 2, 4, 6, 8, 10];

const SHAPES: readonly Question[] = [
  [
    "ratings in buckets, what has none apart",
    "films",
    [
      {
        $bucket: {
          groupBy: "$IMDB Rating",
          boundaries,
          default: "unrated",
          output: { n: { $sum: 1 }, votes: { $avg: "$IMDB Votes" } },
        },
      },
    ],
    () => {
      const row = (_id: number | string, list: readonly Film[]) => {
        const votes = list.map((film) => film["IMDB Votes"]).filter(isNumber);
        return { _id, n: list.length, votes: votes.length === 0 ? null : mean(votes) };
      };
      const buckets = boundaries.slice(0, -1).map((low, i) =>
        row(
          low,
          all.filter((film) =>
            ratingOf(film) !== null && ratingOf(film)! >= low &&
            ratingOf(film)! < boundaries[i + 1]
          ),
        )
      ).filter(({ n }) => n > 0);
      return [...buckets, row("unrated", all.filter((film) => ratingOf(film) === null))];
    },
  ],
  [
    "budgets in five buckets of about one size",
    "films",
    [
      { $match: { "Production Budget": { $gt: 0 } } },
      { $bucketAuto: { groupBy: "$Production Budget", buckets: 5 } },
    ],
    () => {
      const budgets = all.map((film) => film["Production Budget"]).filter(isNumber)
        .filter((budget) => budget > 0).sort((a, b) => a - b);
      const size = Math.round(budgets.length / 5);
      const rows: { _id: { min: number; max: number }; count: number }[] = [];
      for (let at = 0; at < budgets.length;) {
        let end = rows.length === 4 ? budgets.length : Math.min(at + size, budgets.length);
        while (end < budgets.length && budgets[end] === budgets[end - 1]) end++;
        const max = end < budgets.length ? budgets[end] : budgets[end - 1];
        rows.push({ _id: { min: budgets[at], max }, count: end - at });
        at = end;
      }
      return rows;
    },
  ],
  [
    "a page of results with its totals",
    "films",
    [
      { $match: { "Major Genre": "Western" } },
      {
        $facet: {
          total: [{ $count: "n" }],
          page: [
            { $sort: { "IMDB Rating": -1, _id: 1 } },
            { $skip: 5 },
            { $limit: 5 },
            { $project: { Title: 1, "IMDB Rating": 1 } },
          ],
          years: [
            { $group: { _id: null, first: { $min: "$Release" }, last: { $max: "$Release" } } },
            { $project: { _id: 0, first: { $year: "$first" }, last: { $year: "$last" } } },
          ],
        },
      },
    ],
    () => {
      const westerns = all.filter((film) => film["Major Genre"] === "Western");
      const years = westerns.map(({ Release }) => Release.getUTCFullYear());
      return [{
        total: [{ n: westerns.length }],
        page: ordered(westerns, (film) => -(ratingOf(film) ?? -1), ({ _id }) => _id).slice(5, 10)
          .map((film) => ({ _id: film._id, Title: film.Title, "IMDB Rating": ratingOf(film) })),
        years: [{ first: Math.min(...years), last: Math.max(...years) }],
      }];
    },
  ],
  [
    "the three best of each genre",
    "films",
    [
      { $match: { "Major Genre": { $ne: null }, "IMDB Votes": { $gte: 10000 } } },
      {
        $group: {
          _id: "$Major Genre",
          best: {
            $topN: { n: 3, sortBy: { "IMDB Rating": -1, _id: 1 }, output: ["$_id", "$Title"] },
          },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(
        withGenre.filter((film) => (film["IMDB Votes"] ?? 0) >= 10000),
        (film) => film["Major Genre"]!,
      ).map(([_id, list]) => ({
        _id,
        best: ordered(list, (film) => -ratingOf(film)!, (film) => film._id).slice(0, 3)
          .map((film) => [film._id, film.Title]),
      })),
  ],
  [
    "rank among the films of a director",
    "films",
    [
      { $match: { Director: { $in: ["Steven Spielberg", "Clint Eastwood"] } } },
      {
        $setWindowFields: {
          partitionBy: "$Director",
          sortBy: { "Worldwide Gross": -1 },
          output: {
            rank: { $rank: {} },
            dense: { $denseRank: {} },
            number: { $documentNumber: {} },
            share: { $sum: "$Worldwide Gross" },
          },
        },
      },
      { $project: { rank: 1, dense: 1, share: 1 } },
      { $sort: { _id: 1 } },
    ],
    () => {
      const gross = (film: Film) => film["Worldwide Gross"] ?? -1;
      return all.filter(({ Director }) =>
        ["Steven Spielberg", "Clint Eastwood"].includes(Director!)
      )
        .map((film, _, both) => {
          const own = both.filter(({ Director }) => Director === film.Director);
          const better = own.filter((other) => gross(other) > gross(film));
          return {
            _id: film._id,
            rank: 1 + better.length,
            dense: 1 + new Set(better.map(gross)).size,
            share: sum(own, (one) => one["Worldwide Gross"] ?? 0),
          };
        });
    },
  ],
  [
    "directors with films of at least four genres",
    "films",
    [
      { $match: { Director: { $ne: null }, "Major Genre": { $ne: null } } },
      { $group: { _id: "$Director", genres: { $addToSet: "$Major Genre" } } },
      { $match: { "genres.3": { $exists: true } } },
      { $project: { genres: { $sortArray: { input: "$genres", sortBy: 1 } } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(withGenre.filter(({ Director }) => Director !== null), ({ Director }) => Director!)
        .map(([_id, list]) => ({
          _id,
          genres: [...new Set(list.map((film) => film["Major Genre"]!))].sort(),
        })).filter(({ genres }) => genres.length >= 4),
  ],
];

askAbout(
  "films",
  [{
    name: "films",
    rows: all,
    indexes: [
      { "Major Genre": 1, "IMDB Rating": -1 },
      { Director: 1 },
      { "Production Budget": 1 },
      { "IMDB Votes": 1 },
    ],
  }],
  [...REPORTS, ...SHAPES],
);

// Questions about series in time: five stocks by month, four years of Seattle's weather by day.

import { type Day, days, type Price, prices } from "./vega_data.ts";
import { askAbout, mean, median, type Question } from "./vega_questions.ts";
import { grouped, ordered, sum } from "./shop_questions.ts";

const quotes = prices();
const weather = days();
const bySymbol = grouped(quotes, ({ symbol }) => symbol);
const inOrder = bySymbol.flatMap(([, list]) => ordered(list, ({ date }) => date.getTime()));
const monthOf = ({ date }: Day): string => date.toISOString().slice(0, 7);

/** Of each quote something of it and its neighbours in its series. */
function perQuote<T>(value: (series: readonly Price[], at: number) => T): T[] {
  return bySymbol.flatMap(([, list]) =>
    ordered(list, ({ date }) => date.getTime()).map((_, at, series) => value(series, at))
  );
}

const monthsAfter = (date: Date, months: number): Date =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));

const IN_ORDER = { partitionBy: "$symbol", sortBy: { date: 1 } };

const STOCKS: readonly Question[] = [
  [
    "moving average over three months",
    "stocks",
    [
      {
        $setWindowFields: {
          ...IN_ORDER,
          output: { average: { $avg: "$price", window: { documents: [-2, 0] } } },
        },
      },
      { $project: { _id: 0, symbol: 1, average: 1 } },
    ],
    () =>
      perQuote((series, at) => ({
        symbol: series[at].symbol,
        average: mean(series.slice(Math.max(0, at - 2), at + 1).map(({ price }) => price)),
      })),
  ],
  [
    "highest and lowest within a year, by a window of time",
    "stocks",
    [
      {
        $setWindowFields: {
          ...IN_ORDER,
          output: {
            high: { $max: "$price", window: { range: [-11, 0], unit: "month" } },
            low: { $min: "$price", window: { range: [-11, 0], unit: "month" } },
            n: { $count: {}, window: { range: [-11, 0], unit: "month" } },
          },
        },
      },
      { $project: { _id: 0, high: 1, low: 1, n: 1 } },
    ],
    () =>
      perQuote((series, at) => {
        const from = monthsAfter(series[at].date, -11);
        const year = series.filter(({ date }) => date >= from && date <= series[at].date)
          .map(({ price }) => price);
        return { high: Math.max(...year), low: Math.min(...year), n: year.length };
      }),
  ],
  [
    "change against the month before, and the best months",
    "stocks",
    [
      {
        $setWindowFields: {
          ...IN_ORDER,
          output: { before: { $shift: { output: "$price", by: -1 } } },
        },
      },
      { $match: { before: { $ne: null } } },
      {
        $set: { change: { $round: [{ $subtract: [{ $divide: ["$price", "$before"] }, 1] }, 4] } },
      },
      { $sort: { change: -1, _id: 1 } },
      { $limit: 8 },
      { $project: { _id: 0, symbol: 1, change: 1, month: { $month: "$date" } } },
    ],
    () =>
      ordered(
        perQuote((series, at) => ({ ...series[at], before: series[at - 1]?.price }))
          .filter(({ before }) => before !== undefined)
          .map((one) => ({ ...one, change: Math.round((one.price / one.before - 1) * 1e4) / 1e4 })),
        ({ change }) => -change,
        ({ _id }) => _id,
      ).slice(0, 8).map(({ symbol, change, date }) => ({
        symbol,
        change,
        month: date.getUTCMonth() + 1,
      })),
  ],
  [
    "exponential average and running maximum",
    "stocks",
    [
      {
        $setWindowFields: {
          ...IN_ORDER,
          output: {
            smooth: { $expMovingAvg: { input: "$price", N: 5 } },
            record: { $max: "$price", window: { documents: ["unbounded", "current"] } },
          },
        },
      },
      { $project: { _id: 0, smooth: 1, record: 1 } },
    ],
    () => {
      let smooth = 0;
      return perQuote((series, at) => {
        const { price } = series[at];
        smooth = at === 0 ? price : price / 3 + smooth * 2 / 3;
        const record = Math.max(...series.slice(0, at + 1).map((one) => one.price));
        return { smooth, record };
      });
    },
  ],
  [
    "half months densified, prices filled in a line",
    "stocks",
    [
      { $match: { symbol: "AAPL", date: { $lt: new Date("2000-04-15") } } },
      {
        $densify: {
          field: "date",
          range: {
            step: 1,
            unit: "week",
            bounds: [new Date("2000-01-01"), new Date("2000-03-04")],
          },
        },
      },
      { $fill: { sortBy: { date: 1 }, output: { price: { method: "linear" } } } },
      { $project: { _id: 0, date: 1, price: 1 } },
      { $sort: { date: 1 } },
    ],
    () => {
      const known = quotes.filter(({ symbol, date }) =>
        symbol === "AAPL" && date < new Date("2000-04-15")
      );
      const weeks: number[] = [];
      const end = Date.UTC(2000, 2, 4);
      for (let at = Date.UTC(2000, 0, 1); at < end; at += 7 * 86_400_000) weeks.push(at);
      const times = new Set([...known.map(({ date }) => date.getTime()), ...weeks]);
      return [...times].sort((a, b) => a - b).map((time) => {
        const after = known.findIndex(({ date }) => date.getTime() >= time);
        const right = known[after];
        const left = right.date.getTime() === time ? right : known[after - 1];
        const span = right.date.getTime() - left.date.getTime();
        const share = span === 0 ? 0 : (time - left.date.getTime()) / span;
        return { date: new Date(time), price: left.price + share * (right.price - left.price) };
      });
    },
  ],
  [
    "what a share gained in each year, first to last price",
    "stocks",
    [
      { $sort: { symbol: 1, date: 1 } },
      {
        $group: {
          _id: { symbol: "$symbol", year: { $year: "$date" } },
          open: { $first: "$price" },
          close: { $last: "$price" },
          quarters: { $addToSet: { $ceil: { $divide: [{ $month: "$date" }, 3] } } },
        },
      },
      {
        $project: {
          _id: 0,
          symbol: "$_id.symbol",
          year: "$_id.year",
          gain: { $subtract: ["$close", "$open"] },
          quarters: { $size: "$quarters" },
        },
      },
      { $sort: { symbol: 1, year: 1 } },
    ],
    () =>
      grouped(inOrder, ({ symbol, date }) => `${symbol} ${date.getUTCFullYear()}`)
        .map(([, list]) => ({
          symbol: list[0].symbol,
          year: list[0].date.getUTCFullYear(),
          gain: list.at(-1)!.price - list[0].price,
          quarters: new Set(list.map(({ date }) => Math.floor(date.getUTCMonth() / 3))).size,
        })),
  ],
  [
    "one document per month with a field per stock",
    "stocks",
    [
      { $match: { date: { $gte: new Date("2009-01-01") } } },
      { $sort: { symbol: 1 } },
      { $group: { _id: "$date", quotes: { $push: { k: "$symbol", v: "$price" } } } },
      { $sort: { _id: 1 } },
      { $replaceWith: { $mergeObjects: [{ month: "$_id" }, { $arrayToObject: "$quotes" }] } },
    ],
    () =>
      grouped(
        ordered(quotes, ({ symbol }) => symbol).filter(({ date }) => date.getUTCFullYear() >= 2009),
        ({ date }) => date.getTime(),
      ).map(([month, list]) => ({
        month: new Date(month),
        ...Object.fromEntries(list.map(({ symbol, price }) => [symbol, price])),
      })),
  ],
];

const WEATHER: readonly Question[] = [
  [
    "rain and warmth per month",
    "weather",
    [
      {
        $group: {
          _id: { $dateToString: { date: "$date", format: "%Y-%m" } },
          rain: { $sum: "$precipitation" },
          warm: { $avg: "$temp_max" },
          middle: { $median: { input: "$temp_max", method: "approximate" } },
          dry: { $sum: { $cond: [{ $eq: ["$precipitation", 0] }, 1, 0] } },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(weather, monthOf).map(([_id, list]) => ({
        _id,
        rain: sum(list, ({ precipitation }) => precipitation),
        warm: mean(list.map(({ temp_max }) => temp_max)),
        middle: median(list.map(({ temp_max }) => temp_max)),
        dry: list.filter(({ precipitation }) => precipitation === 0).length,
      })),
  ],
  [
    "kinds of weather as shares of each year",
    "weather",
    [
      { $group: { _id: { year: { $year: "$date" }, kind: "$weather" }, n: { $sum: 1 } } },
      {
        $setWindowFields: {
          partitionBy: "$_id.year",
          output: { all: { $sum: "$n", window: { documents: ["unbounded", "unbounded"] } } },
        },
      },
      { $sort: { "_id.year": 1, "_id.kind": 1 } },
      { $project: { _id: 0, kind: "$_id.kind", share: { $divide: ["$n", "$all"] } } },
    ],
    () =>
      grouped(weather, ({ date }) => date.getUTCFullYear()).flatMap(([, year]) =>
        grouped(year, (day) => day.weather).map(([kind, list]) => ({
          kind,
          share: list.length / year.length,
        }))
      ),
  ],
  [
    "warm week after a cold one, by a window of days",
    "weather",
    [
      {
        $setWindowFields: {
          sortBy: { date: 1 },
          output: {
            before: { $avg: "$temp_max", window: { range: [-7, -1], unit: "day" } },
            after: { $avg: "$temp_max", window: { range: [0, 6], unit: "day" } },
          },
        },
      },
      { $match: { $expr: { $gt: [{ $subtract: ["$after", "$before"] }, 7] } } },
      { $project: { before: 1, after: 1 } },
    ],
    () =>
      weather.map((day, at) => ({
        _id: day._id,
        before: at === 0
          ? null
          : mean(weather.slice(Math.max(0, at - 7), at).map(({ temp_max }) => temp_max)),
        after: mean(weather.slice(at, at + 7).map(({ temp_max }) => temp_max)),
      })).filter(({ before, after }) => before === null || after - before > 7)
        .filter(({ before }) => before !== null),
  ],
  [
    "the longest spells of rain",
    "weather",
    [
      {
        $setWindowFields: {
          sortBy: { date: 1 },
          output: {
            dry: {
              $sum: { $cond: [{ $eq: ["$precipitation", 0] }, 1, 0] },
              window: { documents: ["unbounded", "current"] },
            },
          },
        },
      },
      { $match: { precipitation: { $gt: 0 } } },
      { $group: { _id: "$dry", from: { $min: "$date" }, days: { $sum: 1 } } },
      { $sort: { days: -1, from: 1 } },
      { $limit: 5 },
      { $project: { _id: 0, from: 1, days: 1 } },
    ],
    () => {
      const spells: { from: Date; days: number }[] = [];
      weather.forEach(({ date, precipitation }, at) => {
        if (precipitation === 0) return;
        const isNew = at === 0 || weather[at - 1].precipitation === 0;
        if (isNew) spells.push({ from: date, days: 1 });
        else spells.at(-1)!.days++;
      });
      return ordered(spells, (spell) => -spell.days, ({ from }) => from.getTime()).slice(0, 5);
    },
  ],
  [
    "days in order of warmth within their month, the first of each",
    "weather",
    [
      { $sort: { temp_max: -1, date: 1 } },
      {
        $group: {
          _id: { $month: "$date" },
          record: { $first: "$temp_max" },
          on: { $first: "$date" },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(weather, ({ date }) => date.getUTCMonth() + 1).map(([_id, list]) => {
        const [first] = ordered(list, (day) => -day.temp_max, ({ date }) => date.getTime());
        return { _id, record: first.temp_max, on: first.date };
      }),
  ],
];

askAbout(
  "stocks",
  [{ name: "stocks", rows: quotes, indexes: [{ symbol: 1, date: 1 }] }],
  STOCKS,
);
askAbout(
  "weather",
  [{ name: "weather", rows: weather, indexes: [{ date: 1 }, { temp_max: -1, date: 1 }] }],
  WEATHER,
);

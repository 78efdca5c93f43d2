// Questions about the shop: reports, that is groups, sums and tops.

import {
  customers,
  grouped,
  lines,
  MONTH,
  monthOf,
  ordered,
  orders,
  products,
  type Question,
  sum,
  TOTAL,
  totalOf,
} from "./shop_questions.ts";

export const REPORTS: readonly Question[] = [
  [
    "revenue per month",
    "orders",
    [
      { $match: { status: { $ne: "returned" } } },
      { $group: { _id: MONTH, revenue: { $sum: TOTAL }, orders: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(orders.filter(({ status }) => status !== "returned"), monthOf)
        .map(([_id, list]) => ({ _id, revenue: sum(list, totalOf), orders: list.length })),
  ],
  [
    "best sellers by quantity",
    "orders",
    [
      { $unwind: "$items" },
      { $group: { _id: "$items.sku", sold: { $sum: "$items.quantity" } } },
      { $sort: { sold: -1, _id: 1 } },
      { $limit: 5 },
    ],
    () =>
      ordered(
        grouped(lines, ({ sku }) => sku)
          .map(([_id, list]) => ({ _id, sold: sum(list, ({ quantity }) => quantity) })),
        ({ sold }) => -sold,
        ({ _id }) => _id,
      ).slice(0, 5),
  ],
  [
    "orders by status",
    "orders",
    [{ $sortByCount: "$status" }],
    () =>
      ordered(
        grouped(orders, ({ status }) => status).map(([_id, list]) => ({ _id, count: list.length })),
        ({ count }) => -count,
      ),
  ],
  [
    "big orders",
    "orders",
    [
      { $set: { total: TOTAL } },
      { $match: { total: { $gte: 8000 } } },
      { $sort: { total: -1, _id: 1 } },
      { $project: { total: 1 } },
    ],
    () =>
      ordered(
        orders.map((order) => ({ _id: order._id, total: totalOf(order) }))
          .filter(({ total }) => total >= 8000),
        ({ total }) => -total,
        ({ _id }) => _id,
      ),
  ],
  [
    "orders per weekday",
    "orders",
    [
      { $group: { _id: { $isoDayOfWeek: "$placed" }, n: { $count: {} } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(orders, ({ placed }) => placed.getUTCDay() || 7)
        .map(([_id, list]) => ({ _id, n: list.length })),
  ],
  [
    "largest and smallest basket per status",
    "orders",
    [
      { $group: { _id: "$status", most: { $max: TOTAL }, least: { $min: TOTAL } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(orders, ({ status }) => status).map(([_id, list]) => ({
        _id,
        most: Math.max(...list.map(totalOf)),
        least: Math.min(...list.map(totalOf)),
      })),
  ],
  [
    "average number of lines",
    "orders",
    [{ $group: { _id: null, lines: { $avg: { $size: "$items" } } } }],
    () => [{ _id: null, lines: lines.length / orders.length }],
  ],
  [
    "how many orders have a coupon",
    "orders",
    [
      { $group: { _id: { $ifNull: ["$coupon", "none"] }, n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(orders, ({ coupon }) => coupon ?? "none")
        .map(([_id, list]) => ({ _id, n: list.length })),
  ],
  [
    "first and last order of each customer",
    "orders",
    [
      { $sort: { placed: 1 } },
      { $group: { _id: "$customer", first: { $first: "$_id" }, last: { $last: "$_id" } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(ordered(orders, ({ placed }) => placed.getTime()), ({ customer }) => customer)
        .map(([_id, list]) => ({ _id, first: list[0]._id, last: list.at(-1)!._id })),
  ],
  [
    "tags and how many customers wear them",
    "customers",
    [{ $unwind: "$tags" }, { $sortByCount: "$tags" }, { $sort: { _id: 1 } }],
    () =>
      grouped(customers.flatMap(({ tags }) => tags), (tag) => tag)
        .map(([_id, list]) => ({ _id, count: list.length })),
  ],
  [
    "customers without tags, by pattern on the name",
    "customers",
    [
      {
        $match: {
          tags: { $size: 0 },
          $expr: { $regexMatch: { input: "$name", regex: "[02468]$" } },
        },
      },
      { $project: { _id: 0, short: { $arrayElemAt: [{ $split: ["$name", " "] }, 1] } } },
    ],
    () =>
      customers.filter(({ tags, _id }) => tags.length === 0 && _id % 2 === 0)
        .map(({ name }) => ({ short: name.slice(-2) })),
  ],
  [
    "products in price bands",
    "products",
    [{ $bucket: { groupBy: "$price", boundaries: [0, 500, 1000, 2000], default: "more" } }],
    () => {
      const bands = grouped(
        products,
        ({ price }) => price < 500 ? 0 : price < 1000 ? 500 : price < 2000 ? 1000 : 9999,
      );
      return bands.map(([_id, list]) => ({ _id: _id === 9999 ? "more" : _id, count: list.length }));
    },
  ],
];

// Questions about the shop: windows, facets, and documents of another shape.

import type { Order } from "./shop.ts";
import {
  customers,
  grouped,
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

export const WINDOWS: readonly Question[] = [
  [
    "running revenue of a customer",
    "orders",
    [
      { $match: { customer: 3 } },
      { $project: { placed: 1, total: TOTAL } },
      {
        $setWindowFields: {
          sortBy: { placed: 1 },
          output: { sofar: { $sum: "$total", window: { documents: ["unbounded", "current"] } } },
        },
      },
      { $project: { sofar: 1 } },
    ],
    () => {
      let sofar = 0;
      return ordered(
        orders.filter(({ customer }) => customer === 3),
        ({ placed }) => placed.getTime(),
      )
        .map((order) => ({ _id: order._id, sofar: sofar += totalOf(order) }));
    },
  ],
  [
    "rank of customers within their city",
    "customers",
    [
      { $set: { n: { $size: "$tags" } } },
      {
        $setWindowFields: {
          partitionBy: "$city",
          sortBy: { n: -1 },
          output: { rank: { $rank: {} } },
        },
      },
      { $project: { rank: 1 } },
      { $sort: { _id: 1 } },
    ],
    () =>
      customers.map((one) => ({
        _id: one._id,
        rank: 1 +
          customers.filter((other) =>
            other.city === one.city && other.tags.length > one.tags.length
          ).length,
      })),
  ],
  [
    "moving sum over three months",
    "orders",
    [
      { $group: { _id: MONTH, revenue: { $sum: TOTAL } } },
      {
        $setWindowFields: {
          sortBy: { _id: 1 },
          output: { three: { $sum: "$revenue", window: { documents: [-2, 0] } } },
        },
      },
      { $project: { three: 1 } },
    ],
    () => {
      const months = grouped(orders, monthOf).map(([, list]) => sum(list, totalOf));
      return grouped(orders, monthOf).map(([_id], i) => ({
        _id,
        three: sum(months.slice(Math.max(0, i - 2), i + 1), (revenue) => revenue),
      }));
    },
  ],
  [
    "days since a customer's previous order",
    "orders",
    [
      { $match: { customer: { $in: [1, 2] } } },
      {
        $setWindowFields: {
          partitionBy: "$customer",
          sortBy: { placed: 1 },
          output: { before: { $shift: { output: "$placed", by: -1 } } },
        },
      },
      {
        $project: {
          days: { $dateDiff: { startDate: "$before", endDate: "$placed", unit: "day" } },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () => {
      const dayOf = ({ placed }: Order) => Math.floor(placed.getTime() / 86_400_000);
      const rows = grouped(
        orders.filter(({ customer }) => [1, 2].includes(customer)),
        (order) => order.customer,
      )
        .flatMap(([, list]) =>
          ordered(list, ({ placed }) => placed.getTime()).map((order, i, all) => ({
            _id: order._id,
            days: i === 0 ? null : BigInt(dayOf(order) - dayOf(all[i - 1])),
          }))
        );
      return ordered(rows, ({ _id }) => _id).map((row) => ({
        ...row,
        days: row.days === null ? null : Number(row.days),
      }));
    },
  ],
];

export const SHAPES: readonly Question[] = [
  [
    "a dashboard of facets",
    "orders",
    [
      {
        $facet: {
          statuses: [{ $group: { _id: "$status", n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
          newest: [{ $sort: { placed: -1 } }, { $limit: 3 }, { $project: { _id: 1 } }],
          total: [{ $group: { _id: null, revenue: { $sum: TOTAL } } }, { $unset: "_id" }],
        },
      },
    ],
    () => [{
      statuses: grouped(orders, ({ status }) => status)
        .map(([_id, list]) => ({ _id, n: list.length })),
      newest: ordered(orders, ({ placed }) => -placed.getTime()).slice(0, 3)
        .map(({ _id }) => ({ _id })),
      total: [{ revenue: sum(orders, totalOf) }],
    }],
  ],
  [
    "a page with its count",
    "customers",
    [
      { $match: { city: "Oslo" } },
      {
        $facet: {
          page: [{ $sort: { name: 1 } }, { $skip: 2 }, { $limit: 3 }, { $project: { name: 1 } }],
          count: [{ $count: "all" }],
        },
      },
      { $project: { page: "$page.name", all: { $first: "$count.all" } } },
    ],
    () => {
      const found = customers.filter(({ city }) => city === "Oslo");
      return [{ page: found.slice(2, 5).map(({ name }) => name), all: found.length }];
    },
  ],
  [
    "a pivot: statuses as fields",
    "orders",
    [
      { $group: { _id: { month: MONTH, status: "$status" }, n: { $sum: 1 } } },
      { $sort: { "_id.status": 1 } },
      { $group: { _id: "$_id.month", counts: { $push: { k: "$_id.status", v: "$n" } } } },
      { $replaceWith: { $mergeObjects: [{ month: "$_id" }, { $arrayToObject: "$counts" }] } },
      { $sort: { month: 1 } },
    ],
    () =>
      grouped(orders, monthOf).map(([month, list]) => ({
        month,
        ...Object.fromEntries(
          grouped(list, ({ status }) => status).map(([status, some]) => [status, some.length]),
        ),
      })),
  ],
  [
    "line items reshaped with filter, map and reduce",
    "orders",
    [
      { $match: { "items.quantity": 3 } },
      {
        $project: {
          skus: {
            $reduce: {
              input: { $filter: { input: "$items", cond: { $eq: ["$$this.quantity", 3] } } },
              initialValue: "",
              in: { $concat: ["$$value", "$$this.sku", ";"] },
            },
          },
        },
      },
      { $sort: { _id: 1 } },
    ],
    () =>
      orders.filter(({ items }) => items.some(({ quantity }) => quantity === 3))
        .map(({ _id, items }) => ({
          _id,
          skus: items.filter(({ quantity }) => quantity === 3).map(({ sku }) => `${sku};`).join(""),
        })),
  ],
  [
    "labels with switch",
    "orders",
    [
      {
        $group: {
          _id: {
            $switch: {
              branches: [
                { case: { $lt: [TOTAL, 2000] }, then: "small" },
                { case: { $lt: [TOTAL, 6000] }, then: "medium" },
              ],
              default: "large",
            },
          },
          ids: { $addToSet: "$customer" },
        },
      },
      { $project: { customers: { $size: "$ids" } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(orders, (order) => {
        const total = totalOf(order);
        return total < 2000 ? "small" : total < 6000 ? "medium" : "large";
      }).map(([_id, list]) => ({
        _id,
        customers: new Set(list.map(({ customer }) => customer)).size,
      })),
  ],
  [
    "sku numbers by capture",
    "products",
    [
      { $set: { found: { $regexFind: { input: "$_id", regex: "^(sku)-0*(\\d+)$" } } } },
      { $project: { number: { $toInt: { $arrayElemAt: ["$found.captures", 1] } } } },
      { $match: { number: { $gte: 15 } } },
    ],
    () => products.slice(15).map(({ _id }, i) => ({ _id, number: 15 + i })),
  ],
];

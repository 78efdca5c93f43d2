// Questions about the shop: joins of all kinds.

import {
  categoryOf,
  customers,
  grouped,
  LINE,
  lines,
  lineTotal,
  ordered,
  orders,
  products,
  type Question,
  sum,
  TOTAL,
  totalOf,
} from "./shop_questions.ts";

export const JOINS: readonly Question[] = [
  [
    "revenue by city",
    "orders",
    [
      { $lookup: { from: "customers", localField: "customer", foreignField: "_id", as: "who" } },
      { $group: { _id: { $first: "$who.city" }, revenue: { $sum: TOTAL } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      grouped(orders, ({ customer }) => customers[customer].city)
        .map(([_id, list]) => ({ _id, revenue: sum(list, totalOf) })),
  ],
  [
    "customers who never ordered",
    "customers",
    [
      { $lookup: { from: "orders", localField: "_id", foreignField: "customer", as: "orders" } },
      { $match: { orders: [] } },
      { $project: { name: 1 } },
    ],
    () =>
      customers.filter(({ _id }) => !orders.some(({ customer }) => customer === _id))
        .map(({ _id, name }) => ({ _id, name })),
  ],
  [
    "the two dearest orders of each customer",
    "customers",
    [
      { $match: { _id: { $lt: 10 } } },
      {
        $lookup: {
          from: "orders",
          let: { id: "$_id" },
          pipeline: [
            { $match: { $expr: { $eq: ["$customer", "$$id"] } } },
            { $project: { total: TOTAL } },
            { $sort: { total: -1, _id: 1 } },
            { $limit: 2 },
          ],
          as: "best",
        },
      },
      { $project: { best: "$best.total" } },
    ],
    () =>
      customers.slice(0, 10).map(({ _id }) => ({
        _id,
        best: orders.filter(({ customer }) => customer === _id).map(totalOf)
          .sort((a, b) => b - a).slice(0, 2),
      })),
  ],
  [
    "revenue by category",
    "orders",
    [
      { $unwind: "$items" },
      {
        $lookup: { from: "products", localField: "items.sku", foreignField: "_id", as: "product" },
      },
      { $unwind: "$product" },
      { $group: { _id: "$product.category", revenue: { $sum: LINE } } },
      { $sort: { revenue: -1 } },
    ],
    () =>
      ordered(
        grouped(lines, ({ sku }) => categoryOf(sku))
          .map(([_id, list]) => ({ _id, revenue: sum(list, lineTotal) })),
        ({ revenue }) => -revenue,
      ),
  ],
  [
    "categories in each order, through an array of keys",
    "orders",
    [
      { $match: { _id: { $lt: 50 } } },
      { $lookup: { from: "products", localField: "items.sku", foreignField: "_id", as: "found" } },
      {
        $project: {
          categories: { $sortArray: { input: { $setUnion: ["$found.category"] }, sortBy: 1 } },
        },
      },
    ],
    () =>
      orders.slice(0, 50).map(({ _id, items }) => ({
        _id,
        categories: [...new Set(items.map(({ sku }) => categoryOf(sku)))].sort(),
      })),
  ],
  [
    "everyone a customer's referral leads to",
    "customers",
    [
      { $match: { _id: 1 } },
      {
        $graphLookup: {
          from: "customers",
          startWith: "$_id",
          connectFromField: "_id",
          connectToField: "referredBy",
          as: "reached",
          depthField: "depth",
        },
      },
      { $unwind: "$reached" },
      { $sort: { "reached._id": 1 } },
      { $project: { _id: "$reached._id", depth: { $toInt: "$reached.depth" } } },
    ],
    () => {
      const found: { _id: number; depth: number }[] = [];
      let frontier = [1];
      for (let depth = 0; frontier.length > 0; depth++) {
        frontier = customers.filter(({ referredBy }) => frontier.includes(referredBy ?? -1))
          .map(({ _id }) => _id);
        found.push(...frontier.map((_id) => ({ _id, depth })));
      }
      return ordered(found, ({ _id }) => _id);
    },
  ],
  [
    "names of customers and products in one list",
    "customers",
    [
      { $project: { _id: 0, label: "$name" } },
      { $unionWith: { coll: "products", pipeline: [{ $project: { _id: 0, label: "$_id" } }] } },
      { $sort: { label: -1 } },
      { $limit: 25 },
    ],
    () =>
      ordered([...customers.map(({ name }) => name), ...products.map(({ _id }) => _id)], (l) => l)
        .reverse().slice(0, 25).map((label) => ({ label })),
  ],
  [
    "lines sold below or at a product's list price",
    "products",
    [
      {
        $lookup: {
          from: "orders",
          localField: "_id",
          foreignField: "items.sku",
          pipeline: [{ $match: { status: "returned" } }, { $count: "n" }],
          as: "returned",
        },
      },
      { $project: { returned: { $ifNull: [{ $first: "$returned.n" }, 0] } } },
      { $sort: { _id: 1 } },
    ],
    () =>
      products.map(({ _id }) => ({
        _id,
        returned: orders.filter(({ status, items }) =>
          status === "returned" && items.some(({ sku }) => sku === _id)
        ).length,
      })),
  ],
];

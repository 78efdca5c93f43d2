// What questions about the shop (shop.ts) are made of: pipelines and plain TypeScript that must give the same answer.

import type { Document } from "bson";
import { type Item, makeShop, type Order } from "./shop.ts";

export const shop = makeShop();
export const { customers, orders, products } = shop;

/** Rows of a question: its name, the collection, the pipeline, the answer. */
export type Question = readonly [
  name: string,
  collection: string,
  pipeline: readonly Document[],
  answer: () => readonly unknown[],
];

export const totalOf = (order: Order): number => sum(order.items, lineTotal);
export const lineTotal = ({ price, quantity }: Item): number => price * quantity;
export const monthOf = ({ placed }: Order): string => placed.toISOString().slice(0, 7);
export const categoryOf = (sku: string): string =>
  products.find(({ _id }) => _id === sku)!.category;
export const lines = orders.flatMap((order) => order.items.map((item) => ({ order, ...item })));

export function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}

export function grouped<T, K extends string | number>(
  list: readonly T[],
  key: (item: T) => K,
): [K, T[]][] {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const found = groups.get(key(item));
    if (found === undefined) groups.set(key(item), [item]);
    else found.push(item);
  }
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1);
}

/** A list ordered by some values, ascending. */
export function ordered<T>(list: readonly T[], ...keys: ((item: T) => number | string)[]): T[] {
  return [...list].sort((a, b) => {
    for (const key of keys) {
      const x = key(a), y = key(b);
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  });
}

export const TOTAL = {
  $sum: { $map: { input: "$items", in: { $multiply: ["$$this.price", "$$this.quantity"] } } },
};
export const MONTH = { $dateToString: { date: "$placed", format: "%Y-%m" } };
export const LINE = { $multiply: ["$items.price", "$items.quantity"] };

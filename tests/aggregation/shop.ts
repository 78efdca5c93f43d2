// A generated shop for tests: products, customers, orders with line items; always the same. Money is whole cents.

import { Random } from "../fuzz/generate.ts";

export interface Product {
  readonly _id: string;
  readonly category: string;
  readonly price: number;
}

export interface Customer {
  readonly _id: number;
  readonly name: string;
  readonly city: string;
  readonly tags: readonly string[];
  readonly referredBy: number | null;
}

export interface Item {
  readonly sku: string;
  readonly price: number;
  readonly quantity: number;
}

export interface Order {
  readonly _id: number;
  readonly customer: number;
  readonly placed: Date;
  readonly status: string;
  readonly items: readonly Item[];
  /** Not every order has one. */
  readonly coupon?: string;
}

export interface Shop {
  readonly products: readonly Product[];
  readonly customers: readonly Customer[];
  readonly orders: readonly Order[];
}

const CATEGORIES = ["books", "games", "music", "tools"];
const CITIES = ["Berlin", "Lyon", "Oslo", "Porto", "Turin"];
const TAGS = ["loyal", "new", "press", "vip"];
const STATUSES = ["open", "paid", "paid", "paid", "returned", "shipped", "shipped"];
const DAY_MS = 86_400_000;

export function makeShop(orders = 400): Shop {
  const random = new Random(20240501);
  const products = Array.from({ length: 20 }, (_, i): Product => ({
    _id: `sku-${String(i).padStart(2, "0")}`,
    category: CATEGORIES[i % CATEGORIES.length],
    price: 100 + random.below(90) * 25,
  }));
  const customers = Array.from({ length: 50 }, (_, i): Customer => ({
    _id: i,
    name: `Customer ${String(i).padStart(2, "0")}`,
    city: random.pick(CITIES),
    tags: TAGS.filter(() => random.chance(0.3)),
    referredBy: i === 0 || random.chance(0.3) ? null : random.below(i),
  }));
  return {
    products,
    customers,
    orders: Array.from({ length: orders }, (_, i) => makeOrder(i, random, products)),
  };
}

function makeOrder(id: number, random: Random, products: readonly Product[]): Order {
  const items = Array.from({ length: 1 + random.below(4) }, (): Item => {
    const { _id, price } = random.pick(products);
    return { sku: _id, price, quantity: 1 + random.below(3) };
  });
  const order = {
    _id: id,
    // The last customers never order.
    customer: random.below(45),
    placed: new Date(Date.UTC(2024, 0, 1) + random.below(366) * DAY_MS + random.below(DAY_MS)),
    status: random.pick(STATUSES),
    items,
  };
  return random.chance(0.2) ? { ...order, coupon: random.pick(["SPRING", "SUMMER"]) } : order;
}

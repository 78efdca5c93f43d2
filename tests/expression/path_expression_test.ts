// Field paths and variables: mapping over arrays, numbers in paths, $$ROOT and friends.

import { checkTable, evaluate, show } from "./evaluation.ts";
import assert from "node:assert/strict";

Deno.test("7.20 a path over an array maps over its documents", () => {
  checkTable([
    ["$items.q", { items: [{ q: 1 }, { q: 3 }] }, "[1, 3]"],
    ["$items.q", { items: [{ q: 1 }, 5, {}, null, { q: null }] }, "[1, null]"],
    ["$items.q", { items: [] }, "[]"],
    ["$items.q", { items: [1, 2] }, "[]"],
    ["$a.b.c", { a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: { c: 3 } }] }, "[[1, 2], 3]"],
    ["$a.b", { a: [[{ b: 1 }]] }, "[]"],
    ["$a.b", { a: 5 }, "missing"],
    ["$a.b", {}, "missing"],
    ["$a", { a: { b: [1] } }, "{b: [1]}"],
  ]);
});

Deno.test("7.21 a number in a path is a field name, never an index", () => {
  checkTable([
    ["$a.0", { a: [10, 20] }, "[]"],
    ["$a.0", { a: [{ 0: "x" }] }, '["x"]'],
    ["$a.0", { a: { 0: "x" } }, '"x"'],
  ]);
});

Deno.test("variables", () => {
  checkTable([
    ["$$ROOT", { a: 1 }, "{a: 1}"],
    ["$$ROOT.a", { a: 1 }, "1"],
    ["$$CURRENT.a.b", { a: [{ b: 1 }] }, "[1]"],
    ["$$NOW", {}, "2023-11-14T22:13:20.000Z"],
    ["$$REMOVE", {}, "missing"],
    ["$$nope", {}, 17276],
    ["$$", {}, 9],
    ["$$CLUSTER_TIME", {}, 51144],
    ["$", {}, 16872],
    ["$a.", {}, 40353],
    ["$a..b", {}, 15998],
    ["$a.$b", {}, 16410],
  ]);
  assert.equal(show(evaluate("$$x.y", {}, { let: { x: { y: { $add: [1, 2] } } } })), "3");
});

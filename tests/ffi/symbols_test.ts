// symbols.ts and glue.c must agree: names, number of parameters, versions and flags.

import assert from "node:assert/strict";
import * as symbols from "../../ffi/symbols.ts";

const glue = await Deno.readTextFile(new URL("../../ffi/glue.c", import.meta.url));

/** Name to parameter list of each exported function of glue.c. */
function exportedFunctions(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const match of glue.matchAll(/^API [\w ]+?\*?(swt_\w+)\(([^)]*)\)/gm)) {
    const list = match[2].replace(/\s+/g, " ").trim();
    found.set(match[1], list === "void" ? [] : list.split(",").map((part) => part.trim()));
  }
  return found;
}

function kindOf(parameter: string): string {
  if (/^swt_\w+ \*/.test(parameter)) return "pointer";
  if (parameter.includes("*")) return "buffer";
  return { double: "f64", int32_t: "i32", uint32_t: "u32" }[parameter.split(" ")[0]] ?? parameter;
}

Deno.test("every function of glue.c is declared with its types, and no other", () => {
  const functions = exportedFunctions();
  assert.deepEqual([...functions.keys()].sort(), Object.keys(symbols.SYMBOLS).sort());
  for (const [name, parameters] of functions) {
    const declared = symbols.SYMBOLS[name as keyof typeof symbols.SYMBOLS];
    assert.deepEqual(parameters.map(kindOf), [...declared.parameters], name);
  }
});

Deno.test("versions, flags and modes are the same on both sides", () => {
  const defines = new Map<string, number>();
  for (const match of glue.matchAll(/^#define (\w+) \(?(-?\d+)\)?/gm)) {
    defines.set(match[1], Number(match[2]));
  }
  let compared = 0;
  for (const [name, value] of Object.entries(symbols)) {
    if (typeof value !== "number") continue;
    assert.equal(value, defines.get(name), name);
    compared++;
  }
  assert.ok(compared >= 11);
});

Deno.test("what is closed throws on any use", () => {
  assert.throws(() => symbols.CLOSED_SYMBOLS.swt_begin(null, null), /swt_begin after close/);
});

// The quick start as a new user tries it: run twice in a row, the bottles of the first run are still there.

import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url).pathname;

async function runEmbedded(storagePath: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "examples/embedded.ts", storagePath],
    cwd: root,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("the embedded quick start keeps its bottles between runs", async () => {
  const folder = await Deno.makeTempDir({ prefix: "secantusdb-wine-" });
  try {
    const first = await runEmbedded(`${folder}/db`);
    assert.equal(
      first,
      "0 bottles from earlier runs\n2013 Brunello, Tuscany\n2015 Rioja Reserva, Rioja\n" +
        "2016 Barolo, Piedmont\n",
    );
    const second = await runEmbedded(`${folder}/db`);
    assert.match(second, /^4 bottles from earlier runs\n/);
    assert.equal(second.match(/Barolo/g)?.length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

import { freshSeed } from "./generate.ts";
import { fuzzWireBytes } from "./wire_bytes.ts";

Deno.test("random bytes never harm the server", async () => {
  const seed = freshSeed();
  console.log(`seed ${seed}`);
  await fuzzWireBytes(seed, 3000);
});

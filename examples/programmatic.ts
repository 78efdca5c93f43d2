// The daemon from your own program: start it on a port, wait until it is stopped (Ctrl-C).
//
//     deno run -A examples/programmatic.ts

import { SecantusDBServer } from "../mod.ts";

const server = new SecantusDBServer({ host: "127.0.0.1", port: 27017, storagePath: "./my-data" });
await server.start();
console.log(`listening on ${server.uri}`);
Deno.addSignalListener("SIGINT", () => server.stop());
await server.wait();

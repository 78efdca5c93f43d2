import assert from "node:assert/strict";
import {
  joinAddress,
  listenTcp,
  listenUnix,
  localAddressOf,
  remoteAddressOf,
} from "../../src/server/listener.ts";

Deno.test("joinAddress() brackets IPv6", () => {
  assert.equal(joinAddress("127.0.0.1", 1), "127.0.0.1:1");
  assert.equal(joinAddress("::1", 1), "[::1]:1");
});

Deno.test("listenTcp() takes a free port, and a taken one throws AddrInUse", async () => {
  const listener = listenTcp("127.0.0.1", 0);
  assert.ok(listener.port! > 0);
  assert.throws(() => listenTcp("127.0.0.1", listener.port!), Deno.errors.AddrInUse);
  const client = await Deno.connect({ port: listener.port! });
  const socket = await listener.accept();
  assert.equal(localAddressOf(socket, listener), `127.0.0.1:${listener.port}`);
  assert.match(remoteAddressOf(socket), /^127\.0\.0\.1:\d+$/);
  client.close();
  socket.close();
  listener.close();
  listener.close();
});

Deno.test("a listener on all addresses is named by the one the client used", async () => {
  const listener = listenTcp("*", 0);
  const client = await Deno.connect({ hostname: "127.0.0.2", port: listener.port! });
  const socket = await listener.accept();
  assert.equal(localAddressOf(socket, listener), `127.0.0.2:${listener.port}`);
  client.close();
  socket.close();
  listener.close();
});

Deno.test({
  name: "listenUnix() replaces a dead socket, refuses a live one, and removes its own",
  ignore: Deno.build.os === "windows",
  async fn() {
    const path = `${await Deno.makeTempDir()}/test.sock`;
    const dead = Deno.listen({ path, transport: "unix" });
    dead.close();
    const listener = await listenUnix(path);
    await assert.rejects(listenUnix(path), Deno.errors.AddrInUse);
    const client = await Deno.connect({ path, transport: "unix" });
    const probe = await listener.accept();
    probe.close();
    const socket = await listener.accept();
    assert.equal(remoteAddressOf(socket), "anonymous unix socket");
    assert.equal(localAddressOf(socket, listener), path);
    client.close();
    socket.close();
    listener.close();
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
  },
});

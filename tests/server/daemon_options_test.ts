import assert from "node:assert/strict";
import { type DaemonOptions, OptionsError, parseOptions } from "../../src/server/daemon_options.ts";

const DEFAULTS = parseOptions([]);

const ACCEPTED: ReadonlyArray<readonly [string, Partial<DaemonOptions>]> = [
  ["", { host: "127.0.0.1", port: 27017, storagePath: "./secantus-data", replicaSet: "secantus" }],
  ["--host 0.0.0.0 --port 5", { host: "0.0.0.0", port: 5 }],
  ["--bind_ip 127.0.0.1,::1 --dbpath /x", { host: "127.0.0.1,::1", storagePath: "/x" }],
  ["--bind_ip_all", { host: "0.0.0.0" }],
  ["--storage-path :memory:", { storagePath: ":memory:" }],
  ["--port=0", { port: 0 }],
  ["--log-level debug", { logLevel: "DEBUG" }],
  ["--log-level WARNING --log-format json", { logLevel: "WARNING", logFormat: "json" }],
  ["--quiet", { logLevel: "WARNING" }],
  ["-v", { logLevel: "DEBUG" }],
  ["-vvv", { logLevel: "DEBUG" }],
  ["--cache-size 64", { cacheSizeMb: 64 }],
  ["--wiredTigerCacheSizeGB 0.25", { cacheSizeMb: 256 }],
  ["--replSet rs0/localhost:1", { replicaSet: "rs0", isStandalone: false }],
  ["--standalone", { isStandalone: true }],
  ["--enable-test-commands", { enableTestCommands: true }],
  ["--setParameter enableTestCommands=1", { enableTestCommands: true, parameters: {} }],
  ["--setParameter enableTestCommands=true", { enableTestCommands: true }],
  ["--setParameter enableTestCommands=0", { enableTestCommands: false }],
  [
    "--setParameter a=1 --setParameter b=true --setParameter c=x",
    { parameters: { a: 1, b: true, c: "x" } },
  ],
  ["--unix-socket /tmp/s.sock", { unixSocket: "/tmp/s.sock" }],
  ["--unixSocketPrefix /tmp --port 9", { unixSocket: "/tmp/mongodb-9.sock" }],
  ["--maxConns 10", { connectionsMax: 10 }],
  ["--help", { action: "help" }],
  ["-h", { action: "help" }],
  ["--version", { action: "version" }],
  [
    "--port 3 --dbpath /d --storageEngine wiredTiger --replSet testset --bind_ip 127.0.0.1 --noauth",
    { port: 3, storagePath: "/d", replicaSet: "testset" },
  ],
  ["--nojournal --noprealloc --smallfiles --oplogSize 10 --syncdelay 0 --ipv6", {}],
  ["", { profileLevel: 0, slowMs: 100, sampleRate: 1 }],
  [
    "--profile 1 --slowms 5 --slowOpSampleRate 0.5",
    { profileLevel: 1, slowMs: 5, sampleRate: 0.5 },
  ],
  ["--slowms=-1", { slowMs: -1 }],
];
for (const [line, expected] of ACCEPTED) {
  Deno.test(`secantusdb ${line}`, () => {
    const options = parseOptions(line.split(" ").filter((word) => word !== ""));
    assert.deepEqual(options, { ...options, ...expected });
  });
}

Deno.test("defaults are serving with INFO as text", () => {
  assert.equal(DEFAULTS.action, "serve");
  assert.equal(DEFAULTS.logLevel, "INFO");
  assert.equal(DEFAULTS.logFormat, "text");
});

for (
  const line of [
    "--nothing",
    "word",
    "--port",
    "--port x",
    "--port -1",
    "--profile 3",
    "--slowms x",
    "--slowOpSampleRate 2",
    "--slowOpSampleRate x",
    "--port 65536",
    "--port -1",
    "--port 1.5",
    "--cache-size x",
    "--cache-size 0",
    "--log-level loud",
    "--log-format xml",
    "--maxConns 0",
    "--setParameter x",
    "--setParameter =x",
    "--standalone=yes",
  ]
) {
  Deno.test(`secantusdb ${line}: one line`, () => {
    assert.throws(
      () => parseOptions(line.split(" ")),
      (error) => error instanceof OptionsError && !error.message.includes("\n"),
    );
  });
}

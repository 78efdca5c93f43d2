// buildInfo: the version of MongoDB whose answers this server gives, and beside it what this server is.

import { arrayFrom } from "../../bson/encode.ts";
import { type CommandDefinition, defineCommand } from "../definition.ts";
import {
  DOCUMENT_BYTES_MAX,
  MONGODB_VERSION,
  MONGODB_VERSION_PARTS,
  PRODUCT_VERSION,
} from "../server_facts.ts";

export const buildInfo: CommandDefinition = defineCommand({
  name: "buildInfo",
  aliases: ["buildinfo"],
  help: "Tells versions and how the server was built.",
  auth: "none",
  transientBody: true,
  arguments: {},
  run(context) {
    const { reply } = context;
    reply.string("version", MONGODB_VERSION);
    reply.string("gitVersion", "0".repeat(40));
    reply.array("modules", arrayFrom([]));
    reply.string("allocator", "system");
    reply.string("javascriptEngine", "none");
    reply.string("sysInfo", "deprecated");
    reply.array("versionArray", arrayFrom(MONGODB_VERSION_PARTS));
    reply.startDocument("openssl");
    reply.string("running", "none");
    reply.end();
    reply.startDocument("buildEnvironment");
    reply.string("distarch", Deno.build.arch);
    reply.string("target_arch", Deno.build.arch);
    reply.string("target_os", Deno.build.os);
    reply.string("cc", `deno ${Deno.version.deno}, v8 ${Deno.version.v8}`);
    reply.end();
    reply.int32("bits", 64);
    reply.bool("debug", false);
    reply.int32("maxBsonObjectSize", DOCUMENT_BYTES_MAX);
    reply.array("storageEngines", arrayFrom(["wiredTiger"]));
    reply.startDocument("secantusdb");
    reply.string("version", PRODUCT_VERSION);
    reply.string("deno", Deno.version.deno);
    reply.end();
    return reply;
  },
});

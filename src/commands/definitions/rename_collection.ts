// renameCollection: a collection under another name, also in another database.
// Manual: "renameCollection (database command)".

import { readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { uuidText } from "../../session/sessions.ts";
import { wrongTypeError } from "../arguments.ts";
import { seriesNamespace } from "../../timeseries/options.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { droppedReason } from "./drop.ts";

export const renameCollection = defineCommand({
  name: "renameCollection",
  help: "Renames a collection.",
  auth: "required",
  adminOnly: true,
  counter: "command",
  takesWriteConcern: true,
  arguments: {
    to: { type: "string", fate: "required" },
    dropTarget: { type: ["bool", "binData"] },
    stayTemp: { type: "safeBool", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
  },
  run(context, args): Reply {
    const { target } = args;
    if (target.type !== BsonType.String) {
      throw wrongTypeError("renameCollection.renameCollection", target.type, "string");
    }
    const from = readString(target.bytes, target.at);
    const to = args.string("to", "");
    if (!from.includes(".")) {
      throw new CommandError(ErrorCode.InvalidNamespace, `Invalid namespace specified '${from}'`);
    }
    if (!to.includes(".")) {
      throw new CommandError(ErrorCode.InvalidNamespace, `Invalid namespace specified '${to}'`);
    }
    const { engine, server } = context;
    for (const name of [from, to]) checkNoSeries(context, name);
    const [source, replaced] = [from, to].map((name) => engine.catalog.collection(name)?.uuid);
    engine.definitions.rename(from, to, args.boolean("dropTarget"));
    if (source !== undefined) {
      const reason = `collection renamed from '${from}' to '${to}'. UUID ${uuidText(source)}`;
      server.cursors.killForNamespace(from, reason);
    }
    if (replaced !== undefined) server.cursors.killForNamespace(to, droppedReason(replaced));
    return context.reply;
  },
});

/** Neither a time series nor its buckets go under another name. */
function checkNoSeries({ engine }: CommandContext, namespace: string): void {
  const series = engine.catalog.timeSeries(seriesNamespace(namespace) ?? namespace);
  if (series === undefined) return;
  throw new CommandError(
    ErrorCode.CommandNotSupportedOnView,
    `Namespace ${series.view.namespace} is a timeseries collection`,
  );
}

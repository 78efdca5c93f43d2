// Every command, sorted by name. A new command is one new file and one line here.
//
// A static list, because `deno compile` does not pack modules that are found at run time.

import { configureFailPoint } from "./admin/configure_fail_point.ts";
import { fsync, fsyncUnlock } from "./admin/fsync.ts";
import { getDefaultRWConcern } from "./admin/get_default_rw_concern.ts";
import { getParameter } from "./admin/get_parameter.ts";
import { setParameter } from "./admin/set_parameter.ts";
import { shutdown } from "./admin/shutdown.ts";
import { testVersion2 } from "./admin/test_version2.ts";
import { usersInfo } from "./admin/users_info.ts";
import { connectionStatus } from "./connection/connection_status.ts";
import { hello, isMaster } from "./connection/hello.ts";
import { logout } from "./connection/logout.ts";
import { ping } from "./connection/ping.ts";
import { whatsmyuri } from "./connection/whatsmyuri.ts";
import { aggregate } from "./crud/aggregate.ts";
import { bulkWrite } from "./crud/bulk_write.ts";
import { count } from "./crud/count.ts";
import { deleteCommand } from "./crud/delete.ts";
import { distinct } from "./crud/distinct.ts";
import { explain } from "./crud/explain.ts";
import { find } from "./crud/find.ts";
import { findAndModify } from "./crud/find_and_modify.ts";
import { getMore } from "./crud/get_more.ts";
import { insert } from "./crud/insert.ts";
import { killCursors } from "./crud/kill_cursors.ts";
import { update } from "./crud/update.ts";
import type { CommandDefinition } from "./definition.ts";
import { collMod } from "./definitions/coll_mod.ts";
import { collStats } from "./definitions/coll_stats.ts";
import { create } from "./definitions/create.ts";
import { createIndexes } from "./definitions/create_indexes.ts";
import { dbStats } from "./definitions/db_stats.ts";
import { drop } from "./definitions/drop.ts";
import { dropDatabase } from "./definitions/drop_database.ts";
import { dropIndexes } from "./definitions/drop_indexes.ts";
import { listCollections } from "./definitions/list_collections.ts";
import { listDatabases } from "./definitions/list_databases.ts";
import { listIndexes } from "./definitions/list_indexes.ts";
import { reIndex } from "./definitions/re_index.ts";
import { renameCollection } from "./definitions/rename_collection.ts";
import { validate } from "./definitions/validate.ts";
import { buildInfo } from "./diagnostic/build_info.ts";
import { currentOp } from "./diagnostic/current_op.ts";
import { getCmdLineOpts } from "./diagnostic/get_cmd_line_opts.ts";
import { getLog } from "./diagnostic/get_log.ts";
import { hostInfo } from "./diagnostic/host_info.ts";
import { killOp } from "./diagnostic/kill_op.ts";
import { listCommands } from "./diagnostic/list_commands.ts";
import { profile } from "./diagnostic/profile.ts";
import { serverStatus } from "./diagnostic/server_status.ts";
import { top } from "./diagnostic/top.ts";
import { planCacheClear } from "./plan_cache/plan_cache_clear.ts";
import { planCacheClearFilters } from "./plan_cache/plan_cache_clear_filters.ts";
import { planCacheListFilters } from "./plan_cache/plan_cache_list_filters.ts";
import { planCacheSetFilter } from "./plan_cache/plan_cache_set_filter.ts";
import { replSetGetConfig } from "./replication/repl_set_get_config.ts";
import { replSetGetStatus } from "./replication/repl_set_get_status.ts";
import { replSetInitiate } from "./replication/repl_set_initiate.ts";
import { endSessions } from "./session/end_sessions.ts";
import { killAllSessions } from "./session/kill_all_sessions.ts";
import { killAllSessionsByPattern } from "./session/kill_all_sessions_by_pattern.ts";
import { killSessions } from "./session/kill_sessions.ts";
import { refreshSessions } from "./session/refresh_sessions.ts";
import { startSession } from "./session/start_session.ts";

export const ALL_COMMANDS: readonly CommandDefinition[] = [
  aggregate,
  buildInfo,
  bulkWrite,
  collMod,
  collStats,
  configureFailPoint,
  connectionStatus,
  count,
  create,
  createIndexes,
  currentOp,
  dbStats,
  deleteCommand,
  distinct,
  drop,
  dropDatabase,
  dropIndexes,
  endSessions,
  explain,
  find,
  findAndModify,
  fsync,
  fsyncUnlock,
  getCmdLineOpts,
  getDefaultRWConcern,
  getLog,
  getMore,
  getParameter,
  hello,
  hostInfo,
  insert,
  isMaster,
  killAllSessions,
  killAllSessionsByPattern,
  killCursors,
  killOp,
  killSessions,
  listCollections,
  listCommands,
  listDatabases,
  listIndexes,
  logout,
  ping,
  planCacheClear,
  planCacheClearFilters,
  planCacheListFilters,
  planCacheSetFilter,
  profile,
  reIndex,
  refreshSessions,
  renameCollection,
  replSetGetConfig,
  replSetGetStatus,
  replSetInitiate,
  serverStatus,
  setParameter,
  shutdown,
  startSession,
  testVersion2,
  top,
  update,
  usersInfo,
  validate,
  whatsmyuri,
];

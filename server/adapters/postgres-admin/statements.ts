import { STANDBY_TIMELINE } from '#server/adapters/sql/standby-timeline.ts';

/** Everything that decides about one server, in one row (functions: PostgreSQL manual, "System Administration Functions"). */
export const STATUS_SQL = `SELECT pg_is_in_recovery(),
  (SELECT system_identifier FROM pg_control_system()),
  CASE WHEN pg_is_in_recovery()
       THEN ${STANDBY_TIMELINE}
       ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
  current_setting('server_version_num'),
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
  (SELECT sum(pg_database_size(oid)) FROM pg_database),
  current_user,
  current_setting('hba_file'),
  current_setting('config_file'),
  (SELECT string_agg(DISTINCT coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') || ' ' || CASE to_jsonb(d) ->> 'datlocprovider'
     WHEN 'i' THEN coalesce(to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale', '')
     WHEN 'b' THEN coalesce(to_jsonb(d) ->> 'datlocale', '') ELSE datcollate END, E'\\x01') FROM pg_database d),
  current_setting('data_checksums'),
  (SELECT string_agg(spcname, E'\\x01') FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')),
  regexp_replace(current_setting('primary_conninfo'), 'password *= *(''[^'']*''|[^ ]*)', '', 'g'),
  (SELECT string_agg(DISTINCT name, E'\\x01') FROM pg_database, unnest(ARRAY[datcollate::text, datctype::text]) AS name)`;

/** Positions are only known on a primary; retained WAL counts from there. */
export const SLOTS_SQL = `SELECT slot_name, slot_type, active, restart_lsn, wal_status,
  CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint END,
  safe_wal_size
FROM pg_replication_slots ORDER BY slot_name`;

export const SENDERS_SQL = `SELECT application_name, client_addr, state, sync_state, sent_lsn, write_lsn, flush_lsn, replay_lsn,
  round(extract(epoch FROM clock_timestamp() - reply_time) * 1000)
FROM pg_stat_replication ORDER BY pid`;

/** PostgreSQL 13 tells only that a pause was requested. Nothing comes from a server that is not in recovery. */
export const replaySql = (serverVersionNum: number): string => {
  const state =
    serverVersionNum >= 140_000
      ? 'pg_get_wal_replay_pause_state()'
      : `CASE WHEN pg_is_wal_replay_paused() THEN 'paused' ELSE 'not paused' END`;
  return `SELECT ${state}, pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn() WHERE pg_is_in_recovery()`;
};

export const ENCRYPTION_SQL = `SELECT r.application_name, coalesce(s.version, '')
FROM pg_stat_replication r LEFT JOIN pg_stat_ssl s ON s.pid = r.pid AND s.ssl WHERE r.state = 'streaming' ORDER BY r.pid`;

/** A login role's verifier and what it may do. */
export const GRANTS_SQL = `SELECT a.rolsuper, coalesce(a.rolpassword, ''), a.rolreplication,
  pg_has_role(a.oid, 'pg_monitor', 'member'),
  has_function_privilege(a.oid, 'pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)', 'execute')
    AND has_function_privilege(a.oid, 'pg_catalog.pg_ls_dir(text, boolean, boolean)', 'execute')
    AND has_function_privilege(a.oid, 'pg_catalog.pg_stat_file(text, boolean)', 'execute')
    AND has_function_privilege(a.oid, 'pg_catalog.pg_read_binary_file(text)', 'execute')
FROM pg_authid a WHERE a.rolname = :'role' AND a.rolcanlogin`;

/** Client sessions that the JSON in :'sessions' names by pid and start. */
export const NAMED_SESSIONS = `FROM json_to_recordset(:'sessions') AS s(pid int, "startedAt" text)
  JOIN pg_stat_activity a ON a.pid = s.pid AND a.backend_type = 'client backend'
    AND extract(epoch FROM a.backend_start)::text = s."startedAt"`;

/** As parseSetting reads them. */
export const SETTINGS_SQL = `SELECT name, setting, coalesce(unit, ''), source, context, pending_restart FROM pg_settings`;

import type { DatabaseLocale } from '#server/domain/locale-library.ts';
import { parseLsn, requireLsn, type Lsn } from '#server/domain/lsn.ts';
import { Secret } from '#server/domain/secret.ts';
import type { WalSenderSample, SlotSample } from '#server/domain/node-sample.ts';
import { parseConninfo, targetOf } from '#server/domain/conninfo.ts';
import type {
  Activity,
  BackupProgress,
  PostgresAdmin,
  ReplayState,
  RoleFacts,
  RoleGrant,
  ServerStatus,
  SessionKey,
  SettingRow,
} from '#server/ports/postgres-admin.ts';
import type { PostgresRuntime, Wait } from '#server/ports/postgres-runtime.ts';
import { ACTIVITY_SQL, parseActivity } from './activity-sql.ts';
import {
  ENCRYPTION_SQL,
  GRANTS_SQL,
  NAMED_SESSIONS,
  replaySql,
  SENDERS_SQL,
  SETTINGS_SQL,
  SLOTS_SQL,
  STATUS_SQL,
} from './statements.ts';

const GRANT_STATEMENTS = {
  replication: 'ALTER ROLE :"role" WITH REPLICATION',
  rewind:
    'GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean), pg_catalog.pg_stat_file(text, boolean), pg_catalog.pg_read_binary_file(text), pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO :"role"',
  monitor: 'GRANT pg_monitor TO :"role"',
} as const satisfies Record<RoleGrant, string>;

/** PostgresAdmin through psql on the host, as the bootstrap superuser over the local socket. */
export class PsqlPostgresAdmin implements PostgresAdmin {
  readonly #runtime: PostgresRuntime;

  constructor(runtime: PostgresRuntime) {
    this.#runtime = runtime;
  }

  async status(o: Wait): Promise<ServerStatus> {
    return parseStatus((await this.#look(STATUS_SQL, o))[0] ?? []);
  }

  async settings(names: readonly string[], o: Wait): Promise<Map<string, SettingRow>> {
    const rows = await this.#look(`${SETTINGS_SQL} WHERE name = ANY (string_to_array(:'names', ','))`, o, {
      names: names.join(','),
    });
    return new Map(rows.map((row) => [row[0] ?? '', parseSetting(row)]));
  }

  async alterSystem(changes: ReadonlyMap<string, string | null>, o: Wait): Promise<void> {
    for (const [name, value] of changes) {
      if (value === null) await this.#sql(`ALTER SYSTEM RESET :"name"`, o, { name });
      else await this.#sql(`ALTER SYSTEM SET :"name" = :'value'`, o, { name, value });
    }
  }

  async checkpoint(o: Wait): Promise<void> {
    await this.#sql('CHECKPOINT', o);
  }

  async activity(o: Wait): Promise<Activity> {
    return parseActivity((await this.#look(ACTIVITY_SQL, o))[0]?.[0] ?? '');
  }

  async countSessions(sessions: readonly SessionKey[], o: Wait): Promise<number> {
    const rows = await this.#look(`SELECT count(*) ${NAMED_SESSIONS}`, o, {
      sessions: JSON.stringify(sessions),
    });
    return Number(rows[0]?.[0]);
  }

  async endSessions(sessions: readonly SessionKey[], o: Wait): Promise<void> {
    await this.#sql(`SELECT pg_terminate_backend(a.pid) ${NAMED_SESSIONS}`, o, {
      sessions: JSON.stringify(sessions),
    });
  }

  async reloadConf(o: Wait): Promise<void> {
    // File times have whole seconds: a reload in the second of the write could not be told from one before it.
    await this.#sql(
      `SELECT pg_sleep(greatest(0, extract(epoch FROM (pg_stat_file(current_setting('hba_file'))).modification - clock_timestamp()) + 1.01))`,
      o,
    );
    await this.#sql('SELECT pg_reload_conf()', o);
  }

  async timelineHistory(o: Wait): Promise<{ timeline: number; endLsn: Lsn }[]> {
    // An own file of PostgreSQL: parent timeline, position of the fork, reason; absent on timeline 1.
    const rows = await this.#look(
      `SELECT coalesce(pg_read_file('pg_wal/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '.history', 0, 1048576, true), '')`,
      o,
    );
    return (rows[0]?.[0] ?? '').split('\n').flatMap((line) => {
      const [timeline, lsn] = line.trim().split(/\s+/);
      const endLsn = lsn === undefined ? null : parseLsn(lsn);
      return endLsn === null ? [] : [{ timeline: Number(timeline), endLsn }];
    });
  }

  async hbaIsLoaded(o: Wait): Promise<boolean> {
    const rows = await this.#look(
      `SELECT pg_conf_load_time() >= (pg_stat_file(current_setting('hba_file'))).modification + interval '1 second'`,
      o,
    );
    return rows[0]?.[0] === 't';
  }

  async fileIsLoaded(path: string, o: Wait): Promise<boolean> {
    const rows = await this.#look(
      `SELECT pg_conf_load_time() >= (pg_stat_file(:'path')).modification + interval '1 second'`,
      o,
      { path },
    );
    return rows[0]?.[0] === 't';
  }

  async hbaErrors(o: Wait): Promise<{ line: number; error: string }[]> {
    const rows = await this.#look(
      'SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL ORDER BY 1',
      o,
    );
    return rows.map(([line, error]) => ({ line: Number(line), error: error ?? '' }));
  }

  async commandLine(o: Wait): Promise<SettingRow[]> {
    const rows = await this.#look(
      `${SETTINGS_SQL} WHERE source = 'command line' AND context <> 'internal'`,
      o,
    );
    return rows.map(parseSetting);
  }

  async configFiles(o: Wait): Promise<string[]> {
    const rows = await this.#look('SELECT DISTINCT sourcefile FROM pg_file_settings ORDER BY 1', o);
    return rows.map(([file = '']) => file);
  }

  async clientAddresses(o: Wait): Promise<string[]> {
    const rows = await this.#look(
      `SELECT DISTINCT host(client_addr) FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND NOT client_addr <<= '127.0.0.0/8' AND client_addr <> '::1' ORDER BY 1`,
      o,
    );
    return rows.map(([address = '']) => address);
  }

  async role(role: string, o: Wait): Promise<RoleFacts | null> {
    const row = (await this.#sql(GRANTS_SQL, o, { role }))[0];
    if (row === undefined) return null;
    const [superuser, verifier, replication, monitor, rewind] = row;
    const grants: RoleGrant[] = [];
    if (replication === 't') grants.push('replication');
    if (monitor === 't') grants.push('monitor');
    if (rewind === 't') grants.push('rewind');
    return { superuser: superuser === 't', verifier: verifier ? new Secret(verifier) : null, grants };
  }

  async createRole(role: string, verifier: Secret, grants: readonly RoleGrant[], o: Wait): Promise<void> {
    if (!(await this.#roleExists(role, o)))
      await this.#sql(`CREATE ROLE :"role" WITH LOGIN PASSWORD :'verifier'`, o, { role, verifier });
    for (const grant of grants) await this.#sql(GRANT_STATEMENTS[grant], o, { role });
  }

  async dropRole(role: string, o: Wait): Promise<void> {
    if (!(await this.#roleExists(role, o))) return;
    await this.#sql('DROP OWNED BY :"role"', o, { role });
    await this.#sql('DROP ROLE :"role"', o, { role });
  }

  async slots(o: Wait): Promise<SlotSample[]> {
    return (await this.#sql(SLOTS_SQL, o)).map(parseSlot);
  }

  async createSlot(slot: string, o: Wait): Promise<void> {
    await this.#sql(`SELECT pg_create_physical_replication_slot(:'slot', true)`, o, { slot });
  }

  async dropSlot(slot: string, o: Wait): Promise<void> {
    await this.#sql(
      `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = :'slot'`,
      o,
      { slot },
    );
  }

  async senders(o: Wait): Promise<WalSenderSample[]> {
    return (await this.#look(SENDERS_SQL, o)).map(parseSender);
  }

  async encryption(o: Wait): Promise<{ applicationName: string; version: string | null }[]> {
    const rows = await this.#look(ENCRYPTION_SQL, o);
    return rows.map(([name, version]) => ({ applicationName: name ?? '', version: orNull(version) }));
  }

  async replay(o: Wait): Promise<ReplayState | null> {
    const version = Number((await this.#sql(`SELECT current_setting('server_version_num')`, o))[0]?.[0]);
    const row = (await this.#sql(replaySql(version), o))[0];
    if (row === undefined) return null;
    const [state, received, replayed] = row;
    const pause = PAUSE_STATES.find((each) => each === state) ?? 'not paused';
    return { pause, receivedLsn: lsnOrNull(received), replayedLsn: lsnOrNull(replayed) };
  }

  async setReplay(wanted: 'paused' | 'running', o: Wait): Promise<void> {
    await this.#sql(
      wanted === 'paused' ? 'SELECT pg_wal_replay_pause()' : 'SELECT pg_wal_replay_resume()',
      o,
    );
  }

  async backupProgress(o: Wait): Promise<BackupProgress | null> {
    const row = (
      await this.#look(
        'SELECT phase, backup_total, backup_streamed FROM pg_stat_progress_basebackup LIMIT 1',
        o,
      )
    )[0];
    if (row === undefined) return null;
    return {
      phase: row[0] ?? '',
      totalBytes: row[1] ? Number(row[1]) : null,
      streamedBytes: Number(row[2]),
    };
  }

  async writeMarker(role: string, marker: string, o: Wait): Promise<void> {
    await this.#sql(`COMMENT ON ROLE :"role" IS :'marker'`, o, { role, marker });
  }

  async readMarker(role: string, o: Wait): Promise<string | null> {
    const rows = await this.#look(
      `SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = :'role'`,
      o,
      { role },
    );
    return rows[0]?.[0] || null;
  }

  #sql(text: string, o: Wait, variables: Record<string, string | Secret> = {}): Promise<string[][]> {
    return this.#runtime.superuserSql(text, variables, o);
  }

  /**
   * For what only reads; the server itself refuses a write. What probes look at whose effect may still be under
   * way (slots, roles, replay) waits at the fence behind that effect instead.
   */
  #look(text: string, o: Wait, variables: Record<string, string | Secret> = {}): Promise<string[][]> {
    return this.#runtime.superuserSql(text, variables, { ...o, reads: true });
  }

  async #roleExists(role: string, o: Wait): Promise<boolean> {
    return (await this.#sql(`SELECT 1 FROM pg_roles WHERE rolname = :'role'`, o, { role })).length > 0;
  }
}

const PAUSE_STATES = ['not paused', 'pause requested', 'paused'] as const;
const lsnOrNull = (text: string | undefined): Lsn | null => (text ? requireLsn(text) : null);
const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

const listOf = (text: string | undefined): string[] =>
  (text ?? '').split('\u0001').filter((one) => one !== '');

function parseStatus(row: string[]): ServerStatus {
  const [
    recovery,
    system,
    timeline,
    version,
    lsn,
    bytes,
    superuser,
    hba,
    config,
    locales,
    checksums,
    spaces,
    conninfo,
    localeNames,
  ] = row;
  const sender = parseConninfo(conninfo ?? '');
  return {
    inRecovery: recovery === 't',
    systemIdentifier: system ?? '',
    timeline: Number(timeline),
    serverVersionNum: Number(version),
    lsn: lsn ? requireLsn(lsn) : null,
    databaseBytes: Number(bytes),
    superuser: superuser ?? '',
    hbaFile: hba ?? '',
    configFile: config ?? '',
    locales: listOf(locales).map(parseLocale),
    localeNames: listOf(localeNames),
    dataChecksums: checksums === 'on',
    tablespaces: listOf(spaces),
    senderHost: orNull(targetOf(sender) ?? ''),
    senderPort: sender === null ? null : Number(sender.get('port') ?? 5432),
  };
}

/** `i` and `b` are PostgreSQL's own letters; before 15 there was libc alone. */
function parseLocale(text: string): DatabaseLocale {
  const provider = text.startsWith('i ') ? 'icu' : text.startsWith('b ') ? 'builtin' : 'libc';
  return { provider, name: text.slice(2) };
}

function parseSetting(row: string[]): SettingRow {
  const [name, setting, unit, source, context, pendingRestart] = row;
  return {
    name: name ?? '',
    setting: setting ?? '',
    unit: orNull(unit),
    source: source ?? '',
    context: context ?? '',
    pendingRestart: pendingRestart === 't',
  };
}

function parseSlot(row: string[]): SlotSample {
  const [name, type, active, restartLsn, walStatus, retained, safe] = row;
  return {
    name: name ?? '',
    type: type === 'logical' ? 'logical' : 'physical',
    active: active === 't',
    restartLsn: orNull(restartLsn),
    walStatus: orNull(walStatus),
    retainedBytes: retained ? Number(retained) : null,
    safeWalBytes: safe ? Number(safe) : null,
  };
}

function parseSender(row: string[]): WalSenderSample {
  const [applicationName, clientAddr, state, syncState, sent, write, flush, replay, replyAge] = row;
  return {
    applicationName: applicationName ?? '',
    clientAddr: orNull(clientAddr),
    state: state ?? '',
    syncState: syncState ?? '',
    sentLsn: orNull(sent),
    writeLsn: orNull(write),
    flushLsn: orNull(flush),
    replayLsn: orNull(replay),
    replyAgeMs: replyAge ? Number(replyAge) : null,
  };
}

import { AppError } from '#server/errors/app-error.ts';
import type { ClientSession } from '#server/domain/clients-look.ts';
import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';
import { parseConninfo, targetOf } from '#server/domain/conninfo.ts';
import { readHbaBlock } from '#server/domain/hba-block.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import type { SlotSample, WalSenderSample } from '#server/domain/node-sample.ts';
import type { Secret } from '#server/domain/secret.ts';
import type {
  BackupProgress,
  PostgresAdmin,
  ReplayState,
  RoleFacts,
  RoleGrant,
  ServerStatus,
  SessionKey,
  SettingRow,
} from '#server/ports/postgres-admin.ts';
import type { NodeIdentity } from '#server/ports/node-session.ts';
import type { HostJobState } from '#server/ports/postgres-runtime.ts';
import { FakeServer, SHUTDOWN_RECORD_BYTES } from './fake-server.ts';

/** Settings that need a restart; the rest is taken over by a reload. */
const POSTMASTER = new Set([
  'wal_level',
  'max_wal_senders',
  'max_replication_slots',
  'wal_log_hints',
  'listen_addresses',
  'port',
  'hot_standby',
]);
const DEFAULTS: Record<string, string> = {
  ssl: 'off',
  ssl_library: 'OpenSSL',
  ssl_cert_file: 'server.crt',
  ssl_key_file: 'server.key',
  wal_level: 'replica',
  max_wal_senders: '10',
  max_replication_slots: '10',
  hot_standby: 'on',
  wal_log_hints: 'off',
  full_page_writes: 'on',
  max_slot_wal_keep_size: '-1',
  wal_keep_size: '0',
  listen_addresses: '*',
  port: '5432',
  password_encryption: 'scram-sha-256',
  unix_socket_directories: '/tmp',
  synchronous_standby_names: '',
  archive_mode: 'off',
  recovery_target_timeline: 'latest',
  max_connections: '100',
  max_worker_processes: '8',
  max_prepared_transactions: '0',
  max_locks_per_transaction: '64',
};

const isSame = (a: SessionKey, b: SessionKey): boolean => a.pid === b.pid && a.startedAt === b.startedAt;

/** What SQL can do inside a FakeServer, as its bootstrap superuser. */
export class FakePostgres extends FakeServer implements PostgresAdmin {
  /** Of applications. */
  sessions: SessionKey[] = [];

  async clientSessions(): Promise<{ sessions: ClientSession[]; cut: boolean }> {
    await this.requireRunning();
    const who = { user: 'shop', database: 'shop', applicationName: 'shop', clientAddress: null };
    return { sessions: this.sessions.map((s) => ({ ...s, ...who })), cut: false };
  }

  async countSessions(keys: readonly SessionKey[]): Promise<number> {
    await this.requireRunning();
    return this.sessions.filter((s) => keys.some((k) => isSame(k, s))).length;
  }

  async endSessions(keys: readonly SessionKey[]): Promise<void> {
    if ((await this.countSessions(keys)) > 0) this.count('end sessions');
    this.sessions = this.sessions.filter((s) => !keys.some((k) => isSame(k, s)));
  }

  async identity(): Promise<NodeIdentity> {
    const { systemIdentifier } = await this.position();
    return { systemIdentifier, startedAt: `${this.host.address} ${this.effects['start'] ?? 0}` };
  }

  async status(): Promise<ServerStatus> {
    await this.requireRunning();
    return {
      inRecovery: this.inRecovery,
      systemIdentifier: this.host.text(this.path('system-identifier')) ?? '',
      timeline: this.timeline,
      serverVersionNum: 150_018,
      lsn: this.lsn,
      databaseBytes: 200 * 1024 ** 2,
      superuser: 'postgres',
      hbaFile: this.configPath('pg_hba.conf'),
      configFile: this.configPath('postgresql.conf'),
      locales: [{ provider: 'libc', name: 'C' }],
      localeNames: ['C'],
      dataChecksums: false,
      tablespaces: [],
      senderHost: null,
      senderPort: null,
    };
  }

  /** Texts as the last reload found them. */
  private loadedFiles = new Map<string, string>();

  async settings(names: readonly string[]): Promise<Map<string, SettingRow>> {
    await this.requireRunning();
    const stored = readAutoConf(this.host.text(this.path('postgresql.auto.conf')) ?? '');
    return new Map(
      names.map((name) => {
        const setting = this.inForce.get(name) ?? DEFAULTS[name] ?? '';
        const wanted = stored.get(name) ?? DEFAULTS[name] ?? '';
        const restart = POSTMASTER.has(name);
        return [
          name,
          {
            name,
            setting,
            unit: null,
            source: 'default',
            context: restart ? 'postmaster' : 'sighup',
            pendingRestart: restart && wanted !== setting,
          },
        ];
      }),
    );
  }

  async alterSystem(changes: ReadonlyMap<string, string | null>): Promise<void> {
    await this.requireRunning();
    this.count('alter-system');
    const path = this.path('postgresql.auto.conf');
    this.host.putFile(path, withAutoConf(this.host.text(path) ?? '', changes));
  }

  async reloadConf(): Promise<void> {
    await this.requireRunning();
    const stored = readAutoConf(this.host.text(this.path('postgresql.auto.conf')) ?? '');
    const kept = [...this.inForce].filter(([name]) => POSTMASTER.has(name));
    this.inForce = new Map([...[...stored].filter(([name]) => !POSTMASTER.has(name)), ...kept]);
    this.loadedHba = this.host.text(this.configPath('pg_hba.conf')) ?? '';
    this.loadedFiles = new Map([...this.host.files].map(([path, file]) => [path, file.data.toString()]));
  }

  async hbaIsLoaded(): Promise<boolean> {
    await this.requireRunning();
    return this.loadedHba === this.host.text(this.configPath('pg_hba.conf'));
  }

  async fileIsLoaded(path: string): Promise<boolean> {
    await this.requireRunning();
    return this.loadedFiles.has(path) && this.loadedFiles.get(path) === this.host.text(path);
  }

  async hbaErrors(): Promise<{ line: number; error: string }[]> {
    await this.requireRunning();
    return [];
  }

  /** Given on its command line; a test fills it. */
  commandLineSettings: Record<string, string> = {};

  async commandLine(): Promise<SettingRow[]> {
    await this.requireRunning();
    const row = { unit: null, source: 'command line', context: 'postmaster', pendingRestart: false };
    return Object.entries(this.commandLineSettings).map(([name, setting]) => ({ ...row, name, setting }));
  }

  async configFiles(): Promise<string[]> {
    await this.requireRunning();
    return [this.path('postgresql.conf'), this.path('postgresql.auto.conf')];
  }

  async clientAddresses(): Promise<string[]> {
    await this.requireRunning();
    return [];
  }

  async role(name: string): Promise<RoleFacts | null> {
    await this.requireRunning();
    const role = this.catalog.roles.get(name);
    return role === undefined ? null : { grants: role.grants, superuser: false, verifier: role.verifier };
  }

  async createRole(name: string, verifier: Secret, grants: readonly RoleGrant[]): Promise<void> {
    await this.requireRunning();
    this.count(`create-role ${name}`);
    this.catalog.roles.set(name, { verifier, grants: [...grants], comment: null });
  }

  async dropRole(name: string): Promise<void> {
    await this.requireRunning();
    this.catalog.roles.delete(name);
  }

  async slots(): Promise<SlotSample[]> {
    await this.requireRunning();
    return this.slotRows.map((slot) => ({ ...slot, active: slot.active && !this.#readerIsDown(slot.name) }));
  }

  /** Slots are named as the standby that reads from them calls itself. */
  #readerIsDown(slot: string): boolean {
    const readers = [...this.network.values()].filter(
      ({ inForce }) => parseConninfo(inForce.get('primary_conninfo') ?? '')?.get('application_name') === slot,
    );
    return readers.length > 0 && !readers.some((node) => node.running && node.host.reachable);
  }

  async createSlot(name: string): Promise<void> {
    await this.requireRunning();
    this.count('create-slot');
    this.slotRows.push({
      name,
      type: 'physical',
      active: false,
      restartLsn: formatLsn(this.lsn),
      walStatus: 'reserved',
      retainedBytes: 0,
      safeWalBytes: null,
    });
  }

  async dropSlot(name: string): Promise<void> {
    await this.requireRunning();
    const reads = (n: FakeServer) => n.upstream() === this && n.inForce.get('primary_slot_name') === name;
    if ([...this.network.values()].some((node) => node.running && node.host.reachable && reads(node)))
      throw new AppError('PG_ERROR', { message: `replication slot "${name}" is active for PID 4711` });
    this.slotRows = this.slotRows.filter((s) => s.name !== name);
  }

  async senders(): Promise<WalSenderSample[]> {
    await this.requireRunning();
    const sync =
      readAutoConf(this.host.text(this.path('postgresql.auto.conf')) ?? '').get(
        'synchronous_standby_names',
      ) ?? '';
    return [...this.network.values()]
      .filter((node) => node.running && node.upstream() === this && node.host.reachable)
      .filter((node) => !node.hasDivergedFrom(this))
      .map((node) => {
        const name = parseConninfo(node.inForce.get('primary_conninfo') ?? '')?.get('application_name') ?? '';
        const at = formatLsn(this.lsn);
        return {
          applicationName: name,
          clientAddr: node.host.address,
          state: 'streaming',
          syncState: sync.includes(`"${name}"`) ? 'sync' : 'async',
          sentLsn: at,
          writeLsn: at,
          flushLsn: at,
          replayLsn: at,
          replyAgeMs: 10,
        };
      });
  }

  async encryption(): Promise<{ applicationName: string; version: string | null }[]> {
    await this.requireRunning();
    const ssl = this.inForce.get('ssl') === 'on';
    return [...this.network.values()]
      .filter((node) => node.running && node.upstream() === this)
      .map((node) => {
        const conninfo = parseConninfo(node.inForce.get('primary_conninfo') ?? '');
        const wanted = conninfo?.get('sslmode') === 'verify-full';
        return {
          applicationName: conninfo?.get('application_name') ?? '',
          version: ssl && wanted ? 'TLSv1.3' : null,
        };
      });
  }

  async replay(): Promise<ReplayState | null> {
    await this.requireRunning();
    if (!this.inRecovery) return null;
    const pause = this.activityNow.replayPaused ? 'paused' : 'not paused';
    return { pause, receivedLsn: this.lsn, replayedLsn: this.lsn };
  }

  async setReplay(wanted: 'paused' | 'running'): Promise<void> {
    await this.requireRunning();
    if (!this.inRecovery) throw new AppError('PG_ERROR', { message: 'recovery is not in progress' });
    this.count(`replay ${wanted}`);
    this.activityNow = { ...this.activityNow, replayPaused: wanted === 'paused' };
  }

  async backupProgress(): Promise<BackupProgress | null> {
    await this.requireRunning();
    return { phase: 'streaming database files', totalBytes: 200 * 1024 ** 2, streamedBytes: 100 * 1024 ** 2 };
  }

  async writeMarker(role: string, marker: string): Promise<void> {
    await this.requireRunning();
    const found = this.catalog.roles.get(role);
    if (found !== undefined) found.comment = marker;
  }

  async readMarker(role: string): Promise<string | null> {
    await this.requireRunning();
    return this.catalog.roles.get(role)?.comment ?? null;
  }

  /** pg_waldump prints the one record that decides, when it is the last one. */
  async runTool(
    tool: 'pg_rewind' | 'pg_waldump',
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    await this.host.touch();
    const at = this.shutdownAt;
    if (tool !== 'pg_waldump' || at === null || at + SHUTDOWN_RECORD_BYTES !== this.lsn)
      return { exitCode: 0, stdout: '', stderr: '' };
    const [lsn, tli] = [formatLsn(at), this.timeline];
    const stdout = `rmgr: XLOG        len (rec/tot):    114/   114, tx:          0, lsn: ${lsn}, prev 0/0, desc: CHECKPOINT_SHUTDOWN redo ${lsn}; tli ${tli}; prev tli ${tli}; fpw true; shutdown\n`;
    return { exitCode: 1, stdout, stderr: 'pg_waldump: error: invalid record length' };
  }

  /** As the real one: every file becomes the source's, the signal and the slots are gone (facts: 4). */
  protected rewind(job: string, args: readonly string[]): void {
    this.count('rewind');
    const server = args.find((a) => a.startsWith('--source-server='))?.slice('--source-server='.length) ?? '';
    const conninfo = parseConninfo(server);
    const source = this.network.get(`${targetOf(conninfo) ?? ''}:${conninfo?.get('port') ?? ''}`);
    if (source?.running !== true || this.running || this.unclean) {
      this.jobs.set(job, { state: 'failed', polls: 0 });
      return;
    }
    const from = source.location.dataDirectory;
    for (const [path, file] of source.host.under(from))
      this.host.files.set(this.location.dataDirectory + path.slice(from.length), { ...file });
    this.host.files.delete(this.path('standby.signal'));
    this.copyState(source);
    this.jobs.set(job, { state: 'running', polls: 2 });
  }

  async startTool(job: string, tool: string, args: readonly string[]): Promise<void> {
    await this.host.touch();
    if (this.jobs.has(job)) return;
    if (tool === 'pg_rewind') {
      this.rewind(job, args);
      return;
    }
    this.count('base-backup');
    const conninfo = parseConninfo(
      args.find((a) => a.startsWith('--dbname='))?.slice('--dbname='.length) ?? '',
    );
    const source = this.network.get(`${targetOf(conninfo) ?? ''}:${conninfo?.get('port') ?? ''}`);
    const passfile = this.host.text(conninfo?.get('passfile') ?? '') ?? '';
    const admitted = source?.admits(conninfo?.get('user') ?? '', this.host.address, passfile) ?? false;
    if (source === undefined || !admitted) {
      this.jobs.set(job, { state: 'failed', polls: 0 });
      return;
    }
    const from = source.location.dataDirectory;
    const target = args.find((a) => a.startsWith('--pgdata='))?.slice('--pgdata='.length);
    for (const [path, file] of source.host.under(from)) {
      this.host.files.set((target ?? this.location.dataDirectory) + path.slice(from.length), { ...file });
    }
    // The directory's own position goes with it when it is moved into place.
    if (target !== undefined && target !== this.location.dataDirectory)
      this.host.putFile(`${target}/copied-from`, from);
    this.jobs.set(job, { state: 'running', polls: 3 });
  }

  /** hba rule for exactly this address and user, and the role's password in the passfile. */
  admits(user: string, address: string, passfile: string): boolean {
    const rules = readHbaBlock(this.loadedHba) ?? [];
    const ruled = rules.some(
      (r) => /^host(ssl)? replication/.test(r) && r.includes(`"${user}"`) && r.includes(`${address}/32`),
    );
    const role = this.catalog.roles.get(user);
    return (
      this.running && ruled && role?.grants.includes('replication') === true && passfile.includes(`:${user}:`)
    );
  }

  async toolState(job: string): Promise<HostJobState> {
    await this.host.touch();
    const found = this.jobs.get(job);
    if (found === undefined) return { status: 'absent', exitCode: null, log: '', nextByte: 0 };
    if (found.state === 'running') {
      found.polls -= 1;
      if (found.polls <= 0) found.state = 'succeeded';
    }
    return { status: found.state, exitCode: found.state === 'succeeded' ? 0 : null, log: '', nextByte: 0 };
  }

  async cancelTool(job: string): Promise<void> {
    await this.host.touch();
    this.jobs.set(job, { state: 'failed', polls: 0 });
  }
}

import { AppError } from '#server/errors/app-error.ts';
import { readAutoConf, withAutoConf } from '#server/domain/auto-conf.ts';
import { formatConninfo, parseConninfo, targetOf } from '#server/domain/conninfo.ts';
import { hasHbaFence } from '#server/domain/hba-fence.ts';
import type { LocaleLibrary } from '#server/domain/locale-library.ts';
import type { RequiredSettings } from '#server/domain/required-settings.ts';
import { requireLsn, type Lsn } from '#server/domain/lsn.ts';
import type { SlotSample, WalSenderSample } from '#server/domain/node-sample.ts';
import type { Secret } from '#server/domain/secret.ts';
import type { NodePosition, NodeSession } from '#server/ports/node-session.ts';
import type { Activity, RoleGrant, ServerStatus } from '#server/ports/postgres-admin.ts';
import { configDirectoryOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import type {
  Autostart,
  ControlData,
  HostJobState,
  PostgresRuntime,
  StopMode,
  StopState,
  StartGateControl,
} from '#server/ports/postgres-runtime.ts';
import type { FakeHost } from './fake-host.ts';

/** What replicates: one value of it per database system, shared by reference while a standby streams. */
export interface FakeCatalog {
  roles: Map<string, { verifier: Secret; grants: RoleGrant[]; comment: string | null }>;
}

/** In whole pages of nothing else (PostgreSQL 15). */
export const SHUTDOWN_RECORD_BYTES = 0x78n;

/** All servers of a fake network, found by address and port. */
export type FakeNetwork = Map<string, FakeServer>;

/**
 * A PostgreSQL server as a model: state lies in files where PostgreSQL keeps it in files, so that
 * a data directory can be copied, moved and started. Knows what decides: recovery, slots, roles.
 */
export abstract class FakeServer implements PostgresRuntime, Pick<NodeSession, 'position' | 'write'> {
  readonly location: InstanceLocation;
  /** A host that starts nothing by itself has none; a test gives it one. */
  readonly helper = null;
  startGate: (StartGateControl & { beforeStart?(dataDirectory: string): void }) | null = null;
  /** What the WAL replayed so far was written with. */
  requiredSettings: RequiredSettings = {
    max_connections: 100,
    max_worker_processes: 8,
    max_wal_senders: 10,
    max_prepared_transactions: 0,
    max_locks_per_transaction: 64,
  };
  readonly host: FakeHost;
  readonly network: FakeNetwork;
  running = false;
  /** A setting with which the server does not come up, as one that asks for too much memory. */
  startsNotWith: string | null = null;
  inRecovery = false;
  timeline = 1;
  /** Primary: written. Standby: received and replayed; follows its upstream while that runs. */
  lsn = requireLsn('0/3000060');
  checkpointLsn = requireLsn('0/3000028');
  /** Where timelines branched off: a node beyond the fork of an older one has diverged. */
  forks: readonly { timeline: number; lsn: Lsn }[] = [];
  /** How many wishes to be promoted get lost, as right after a receiver lost its primary. */
  swallowsPromotions = 0;
  stopsUncleanly = false;
  /** A postmaster that has ended its writes and waits for an archiver. */
  hangsAtStop = false;
  writesEnded = false;
  /** Its host goes away during the next stop, with or without the shutdown checkpoint sent. */
  vanishesAtStop: 'before-checkpoint' | 'after-checkpoint' | null = null;
  /** Its host boots once while it is fenced, and starts it as it lies there. */
  bootsFenced = false;
  /** Where the last shutdown checkpoint of this history lies. */
  shutdownAt: Lsn | null = null;
  unclean = false;
  activityNow: Activity = {
    longTransactions: [],
    preparedTransactions: 0,
    backups: 0,
    archiver: { mode: 'off', failing: false, waiting: 0, lastFailure: null },
    replayPaused: false,
    applyDelayMs: 0,
    clientConnections: 1,
  };
  catalog: FakeCatalog = { roles: new Map() };
  /** Own slots; not copied by a base backup. */
  slotRows: SlotSample[] = [];
  readonly jobs = new Map<string, { state: HostJobState['status']; polls: number }>();
  /** How often each effect happened. */
  readonly effects: Record<string, number> = {};
  protected wishPending = false;
  inForce: Map<string, string> = new Map();
  protected loadedHba = '';

  /** The other half of the model: what SQL can do. */
  abstract reloadConf(): Promise<void>;
  abstract senders(): Promise<WalSenderSample[]>;
  abstract status(): Promise<ServerStatus>;
  abstract admits(user: string, address: string, passfile: string): boolean;
  abstract runTool(
    tool: 'pg_rewind' | 'pg_waldump',
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  abstract startTool(job: string, tool: string, args: readonly string[]): Promise<void>;
  abstract toolState(job: string): Promise<HostJobState>;
  abstract cancelTool(job: string): Promise<void>;

  constructor(host: FakeHost, location: InstanceLocation, network: FakeNetwork) {
    this.host = host;
    this.location = location;
    this.network = network;
    network.set(`${host.address}:${location.port}`, this);
  }

  /** initdb and a first start. */
  initialise(systemIdentifier: string): void {
    const { dataDirectory } = this.location;
    this.host.putDirectory(dataDirectory);
    this.host.putFile(`${dataDirectory}/system-identifier`, systemIdentifier);
    for (const directory of ['global', 'pg_wal', 'pg_replslot'])
      this.host.putDirectory(`${dataDirectory}/${directory}`);
    this.host.putFile(`${dataDirectory}/global/pg_control`, 'control');
    this.host.putFile(`${dataDirectory}/postgresql.auto.conf`, '# Do not edit this file manually!\n');
    this.host.putFile(this.configPath('pg_hba.conf'), 'local all all peer\n');
    if (this.location.configDirectory !== null) {
      this.host.putDirectory(this.location.configDirectory);
      this.host.putFile(this.configPath('postgresql.conf'), `data_directory = '${dataDirectory}'\n`);
      this.host.putFile(this.configPath('conf.d/own.conf'), '# extra\n');
    } else this.host.putFile(this.configPath('postgresql.conf'), '# defaults\n');
    this.begin();
  }

  /** As a reload does. */
  loadHba(): void {
    this.loadedHba = this.host.text(this.configPath('pg_hba.conf')) ?? '';
  }

  /** A base backup of `primary`, started as its standby, as somebody did by hand. */
  initialiseStandbyOf(primary: FakeServer, applicationName: string): void {
    const { dataDirectory } = this.location;
    this.host.putDirectory(dataDirectory);
    for (const [path, file] of primary.host.under(primary.location.dataDirectory))
      this.host.files.set(dataDirectory + path.slice(primary.location.dataDirectory.length), { ...file });
    const conninfo = formatConninfo({
      host: primary.host.address,
      port: primary.location.port,
      application_name: applicationName,
    });
    this.lsn = primary.lsn;
    this.host.putFile(`${dataDirectory}/standby.signal`, '');
    this.host.putFile(
      `${dataDirectory}/postgresql.auto.conf`,
      withAutoConf('# by hand\n', new Map([['primary_conninfo', conninfo]])),
    );
    this.begin();
  }

  protected configPath(name: string): string {
    return `${configDirectoryOf(this.location)}/${name}`;
  }

  async isRegistered(): Promise<boolean> {
    await this.host.touch();
    return (
      this.location.configDirectory === null || this.host.text(this.configPath('postgresql.conf')) !== null
    );
  }

  /** As pg_createcluster on a filled directory: its configuration files move. */
  async register(): Promise<void> {
    await this.host.touch();
    if (this.location.configDirectory === null) return;
    this.count('register');
    this.host.putDirectory(this.location.configDirectory);
    for (const name of ['pg_hba.conf', 'postgresql.conf']) {
      const text = this.host.text(this.path(name));
      if (text === null) throw new AppError('COMMAND_FAILED', { message: `required ${name} does not exist` });
      this.host.putFile(this.configPath(name), text);
      this.host.files.delete(this.path(name));
    }
  }

  async unregister(): Promise<void> {
    await this.host.touch();
    const { configDirectory } = this.location;
    if (configDirectory === null) return;
    for (const [path] of this.host.under(configDirectory)) this.host.files.delete(path);
    this.host.files.delete(configDirectory);
  }

  async localeLibrary(): Promise<LocaleLibrary> {
    await this.host.touch();
    return { libc: this.host.libc, icu: '72', locales: ['C', 'C.utf8', 'POSIX'] };
  }

  protected path(name: string): string {
    return `${this.location.dataDirectory}/${name}`;
  }

  protected count(effect: string): void {
    this.effects[effect] = (this.effects[effect] ?? 0) + 1;
  }

  protected begin(): void {
    const copied = this.host.text(this.path('copied-from'));
    if (copied !== null) {
      this.host.files.delete(this.path('copied-from'));
      const source = [...this.network.values()].find(
        (n) => n !== this && n.location.dataDirectory === copied,
      );
      if (source !== undefined) this.copyState(source);
    }
    this.running = true;
    this.host.portsInUse.add(this.location.port);
    this.inForce = readAutoConf(this.host.text(this.path('postgresql.auto.conf')) ?? '');
    this.loadedHba = this.host.text(this.configPath('pg_hba.conf')) ?? '';
    this.inRecovery = this.host.text(this.path('standby.signal')) !== null;
    this.unclean = false;
    this.catchUp();
  }

  /** Takes over what the upstream has, unless this node has gone its own way. */
  protected catchUp(): void {
    const upstream = this.upstream();
    if (upstream === null || this.hasDivergedFrom(upstream)) return;
    this.catalog = upstream.catalog;
    this.lsn = upstream.lsn;
    this.shutdownAt = upstream.shutdownAt;
    this.timeline = upstream.timeline;
    this.forks = upstream.forks;
  }

  hasDivergedFrom(source: FakeServer): boolean {
    if (this.timeline > source.timeline) return true;
    return source.forks.some((f) => f.timeline > this.timeline && this.lsn > f.lsn);
  }

  /** Everyone who streams from here gets what was written. */
  protected ship(): void {
    for (const node of this.network.values()) if (node.running && node.upstream() === this) node.catchUp();
  }

  protected advance(bytes: bigint): void {
    this.lsn = (this.lsn + bytes) as Lsn;
    this.ship();
  }

  upstream(): FakeServer | null {
    const conninfo = parseConninfo(this.inForce.get('primary_conninfo') ?? '');
    const found = this.network.get(`${targetOf(conninfo) ?? ''}:${conninfo?.get('port') ?? ''}`);
    return this.inRecovery && found?.running === true ? found : null;
  }

  async start(): Promise<void> {
    await this.host.touch();
    if (this.running) return;
    const stored = readAutoConf(this.host.text(this.path('postgresql.auto.conf')) ?? '');
    if (this.startsNotWith !== null && stored.has(this.startsNotWith))
      throw new AppError('COMMAND_FAILED', { message: 'could not start server' });
    this.count('start');
    this.startGate?.beforeStart?.(this.location.dataDirectory);
    this.begin();
  }

  async stop(o?: { mode: StopMode }): Promise<void> {
    await this.host.touch();
    if (!this.running) return;
    if (this.vanishesAtStop === 'before-checkpoint') this.vanish();
    if (!this.writesEnded) {
      this.count('stop');
      this.unclean = this.stopsUncleanly || (o !== undefined && o.mode !== 'fast');
      if (!this.inRecovery && !this.unclean) {
        this.writeShutdownCheckpoint();
      }
    }
    if (this.hangsAtStop && o?.mode !== 'immediate') {
      this.writesEnded = true;
      throw new AppError('COMMAND_FAILED', { message: 'the postmaster still runs' });
    }
    this.end();
    if (this.vanishesAtStop === 'after-checkpoint') this.vanish();
  }

  protected writeShutdownCheckpoint(): void {
    this.checkpointLsn = this.lsn;
    this.shutdownAt = this.lsn;
    this.advance(SHUTDOWN_RECORD_BYTES);
  }

  protected vanish(): never {
    this.vanishesAtStop = null;
    this.host.reachable = false;
    throw new AppError('SSH_CONNECTION_LOST', { message: `${this.host.name} does not answer` });
  }

  protected end(): void {
    this.running = false;
    this.writesEnded = false;
    this.host.portsInUse.delete(this.location.port);
  }

  /** Commits that nobody received. */
  writeUnseen(): void {
    this.lsn = (this.lsn + 0x5000n) as Lsn;
  }

  startAgain(): void {
    this.begin();
  }

  stopCleanly(): void {
    this.writeShutdownCheckpoint();
    this.end();
  }

  /** As promote, by somebody's hand. */
  promoteByHand(): void {
    this.becomePrimary();
    delete this.effects['promote'];
  }

  /** A power loss: nothing is written, nothing is sent any more. */
  crash(): void {
    this.unclean = true;
    this.end();
  }

  async promote(): Promise<void> {
    await this.host.touch();
    if (!this.running || !this.inRecovery) return;
    if (this.swallowsPromotions > 0) {
      this.swallowsPromotions -= 1;
      this.wishPending = true;
      return;
    }
    this.becomePrimary();
  }

  protected becomePrimary(): void {
    this.count('promote');
    this.timeline += 1;
    this.forks = [...this.forks, { timeline: this.timeline, lsn: this.lsn }];
    this.inRecovery = false;
    this.host.files.delete(this.path('standby.signal'));
    this.advance(0x100n);
  }

  async checkpoint(): Promise<void> {
    await this.requireRunning();
    this.checkpointLsn = this.lsn;
  }

  async activity(): Promise<Activity> {
    await this.requireRunning();
    return this.activityNow;
  }

  async position(): Promise<NodePosition> {
    await this.requireRunning();
    if (this.bootsFenced && this.host.text(this.path('standby.signal')) !== null) {
      this.bootsFenced = false;
      this.stopCleanly();
      this.begin();
    }
    const upstream = this.upstream();
    const streams = upstream !== null && !this.hasDivergedFrom(upstream);
    return {
      inRecovery: this.inRecovery,
      systemIdentifier: this.host.text(this.path('system-identifier')) ?? '',
      timeline: this.timeline,
      lsn: this.lsn,
      receivedLsn: this.inRecovery ? this.lsn : null,
      receiver: streams ? 'streaming' : null,
      replayPaused: this.activityNow.replayPaused,
    };
  }

  async write(): Promise<Lsn> {
    await this.requireRunning();
    if (this.inRecovery)
      throw new AppError('PG_ERROR', { message: 'cannot assign transaction IDs during recovery' });
    this.advance(0x30n);
    return this.lsn;
  }

  /** Wakes the startup process too, which then sees a wish that was swallowed (facts: the 5 s trap). */
  async reload(): Promise<void> {
    await this.reloadConf();
    if (this.wishPending && this.inRecovery) this.becomePrimary();
  }

  async isAcceptingConnections(): Promise<boolean> {
    await this.host.touch();
    return this.running;
  }

  autostart(): Promise<Autostart> {
    return Promise.resolve('not-here');
  }

  setAutostart(): Promise<void> {
    return Promise.reject(new AppError('INSTANCE_NOT_SUPPORTED', { message: 'no autostart' }));
  }

  /** Whether pg_hba.conf in force rejects the network. */
  rejectsClients(): boolean {
    return hasHbaFence(this.loadedHba);
  }

  async controlData(): Promise<ControlData | null> {
    await this.host.touch();
    const systemIdentifier = this.host.text(this.path('system-identifier'));
    if (systemIdentifier === null) return null;
    return {
      clusterState: this.clusterState(),
      systemIdentifier,
      timeline: this.timeline,
      latestCheckpointLsn: this.checkpointLsn,
      redoLsn: this.checkpointLsn,
      minRecoveryEndLsn: requireLsn('0/0'),
      minRecoveryTimeline: 0,
      walLogHints: true,
      dataChecksums: false,
      walSegmentBytes: 16 * 1024 ** 2,
      pgControlVersion: 1300,
      requiredSettings: this.requiredSettings,
    };
  }

  async stopState(): Promise<StopState> {
    await this.host.touch();
    if (this.host.text(this.path('system-identifier')) === null) return 'no-cluster';
    if (this.writesEnded) return 'writes-ended';
    if (this.running) return 'running';
    return this.unclean ? 'stopped-uncleanly' : 'stopped-cleanly';
  }

  protected clusterState(): string {
    if (this.writesEnded) return 'shut down';
    if (this.running || this.unclean) return this.inRecovery ? 'in archive recovery' : 'in production';
    return this.inRecovery ? 'shut down in recovery' : 'shut down';
  }

  superuserSql(): Promise<string[][]> {
    return Promise.reject(new Error('the model speaks PostgresAdmin, not SQL'));
  }

  async recover(): Promise<void> {
    await this.host.touch();
    if (this.running) throw new AppError('COMMAND_FAILED', { message: 'it runs' });
    this.count('recover');
    this.unclean = false;
  }

  async timelineHistory(): Promise<{ timeline: number; endLsn: Lsn }[]> {
    await this.requireRunning();
    return this.forks.map((f) => ({ timeline: f.timeline - 1, endLsn: f.lsn }));
  }

  copyState(source: FakeServer): void {
    this.slotRows = [];
    this.lsn = source.lsn;
    this.timeline = source.timeline;
    this.forks = source.forks;
    this.unclean = false;
  }

  readLogTail(): Promise<string> {
    return Promise.resolve('');
  }

  protected async requireRunning(): Promise<void> {
    await this.host.touch();
    if (!this.running)
      throw new AppError('PG_NOT_ACCEPTING_CONNECTIONS', {
        message: `PostgreSQL on ${this.host.name} is not running`,
      });
  }
}

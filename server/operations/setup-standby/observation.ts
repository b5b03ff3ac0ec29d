import { readAutoConf } from '#server/domain/auto-conf.ts';
import type { LocaleLibrary } from '#server/domain/locale-library.ts';
import type { Lsn } from '#server/domain/lsn.ts';
import { REQUIRED_SETTINGS } from '#server/domain/required-settings.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import { PASSFILE } from '#server/domain/own-files.ts';
import type { SlotSample } from '#server/domain/node-sample.ts';
import type { HostFacts } from '#server/ports/host-probe.ts';
import type { ServerStatus, SettingRow } from '#server/ports/postgres-admin.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { OperationNode, PairWorld } from '../pair-world.ts';
import { includedBy, type Included } from './files-to-bring.ts';
import { changesPlace } from './other-kind.ts';

/** What is looked at: two places and the addresses under which they meet. */
export interface SetupSubject {
  primary: { serverName: string; location: InstanceLocation; address: string };
  standby: { serverName: string; location: InstanceLocation; address: string };
  slotName: string;
  moveAsideTo: string | null;
  /** The primary's configuration outside its data directory, where containers have it mounted. */
  mountedFiles: readonly string[];
  /** An unused server runs in the target directory and will be stopped. */
  stopTarget: boolean;
}

/** A container that is there for the standby. */
export interface StandbyContainer {
  commandLine: Readonly<Record<string, string>>;
  /** Where the server in it listens; null = nobody knows. */
  port: number | null;
}

/** One look at both servers: gates decide on this alone. */
export interface SetupObservation {
  takenAtMs: number;
  subject: SetupSubject;
  primary: {
    host: HostFacts;
    library: LocaleLibrary;
    status: ServerStatus;
    lsn: Lsn | null;
    settings: Map<string, SettingRow>;
    /** Given on its command line. */
    commandLine: SettingRow[];
    /** Settings of its postgresql.auto.conf that name something below its data directory. */
    pathsInAutoConf: Map<string, string>;
    /** By postgresql.conf, where it is read out of a container. */
    included: Included;
    slots: SlotSample[];
    sendersInUse: number;
    disk: { freeBytes: number; totalBytes: number };
    /** Lines of pg_hba.conf that the server cannot read. */
    hbaErrors: number;
  };
  standby: {
    host: HostFacts;
    /** Major version of the tools in the bin directory; null = none there. */
    toolMajor: number | null;
    library: LocaleLibrary;
    /** Null where it lives on the host itself. */
    container: StandbyContainer | null;
    /** Of the files that the primary's encryption needs: those that are not under that path here. */
    missingTlsFiles: string[];
    /** Of `mountedFiles`: those that its container has not. */
    notMounted: string[];
    /** Null = the directory does not exist. */
    targetEntries: number | null;
    targetIsTandems: boolean;
    asideExists: boolean;
    disk: { freeBytes: number; totalBytes: number };
    targetServerRuns: boolean;
    portInUse: boolean;
    /** Null = it works, else the reason. */
    reachesPrimary: string | null;
  };
  /** From the primary's host to the standby's SSH or PostgreSQL port; null = it works. */
  primaryReachesStandby: string | null;
}

/** Files without which a server that encrypts does not start. */
export const TLS_SETTINGS = ['ssl_cert_file', 'ssl_key_file', 'ssl_ca_file', 'ssl_crl_file'] as const;

/** A value that the place does not know stops the start. */
export const LOCALE_SETTINGS = ['lc_messages', 'lc_monetary', 'lc_numeric', 'lc_time'] as const;

export const OBSERVED_SETTINGS = [
  'wal_level',
  'max_wal_senders',
  'max_replication_slots',
  'hot_standby',
  'wal_log_hints',
  'full_page_writes',
  'max_slot_wal_keep_size',
  'wal_keep_size',
  'listen_addresses',
  'port',
  'password_encryption',
  'unix_socket_directories',
  'synchronous_standby_names',
  'archive_mode',
  'data_directory_mode',
  'log_directory',
  'ident_file',
  'stats_temp_directory',
  ...LOCALE_SETTINGS,
  'ssl',
  ...TLS_SETTINGS,
  ...REQUIRED_SETTINGS,
] as const;

/** Takes the observation; rejects when a host does not answer at all. */
export async function observeSetup(
  world: PairWorld,
  subject: SetupSubject,
  wait: Wait,
): Promise<SetupObservation> {
  const { primary, standby } = world;
  const [first, second, primaryReachesStandby] = await Promise.all([
    observePrimary(primary, subject, wait),
    observeStandby(standby, subject, wait),
    reachAny(primary, subject.standby.address, subject.standby.location.port, wait),
  ]);
  const missingTlsFiles = await missing(standby, tlsFiles(first, subject), wait);
  const seen = { ...second, missingTlsFiles };
  return { takenAtMs: world.clock.nowMs(), subject, primary: first, standby: seen, primaryReachesStandby };
}

/** Those outside the data directory: the others come with the data. A place of the same kind is made with them. */
function tlsFiles({ settings }: SetupObservation['primary'], { primary, standby }: SetupSubject): string[] {
  if (changesPlace(primary.location, standby.location) === null) return [];
  if (settings.get('ssl')?.setting !== 'on') return [];
  const files = TLS_SETTINGS.map((name) => settings.get(name)?.setting ?? '');
  return files.filter(
    (path) => path.startsWith('/') && !path.startsWith(`${primary.location.dataDirectory}/`),
  );
}

async function observePrimary(
  node: OperationNode,
  subject: SetupSubject,
  wait: Wait,
): Promise<SetupObservation['primary']> {
  const { admin, runtime } = node;
  const [host, library, status, settings, commandLine, paths, slots, senders, disk, hbaErrors] =
    await Promise.all([
      node.probe.facts(wait),
      runtime.localeLibrary(wait),
      admin.status(wait),
      admin.settings(OBSERVED_SETTINGS, wait),
      admin.commandLine(wait),
      pathsInAutoConf(node, wait),
      admin.slots(wait),
      admin.senders(wait),
      node.files.disk(runtime.location.dataDirectory, wait),
      admin.hbaErrors(wait),
    ]);
  return {
    host,
    library,
    status,
    lsn: status.lsn,
    settings,
    commandLine,
    pathsInAutoConf: paths,
    included:
      changesPlace(subject.primary.location, subject.standby.location) === 'out'
        ? await includedBy(node, status.configFile, wait)
        : { files: [], directories: [] },
    slots,
    sendersInUse: senders.length,
    disk,
    hbaErrors: hbaErrors.length,
  };
}

async function pathsInAutoConf({ files, runtime }: OperationNode, wait: Wait): Promise<Map<string, string>> {
  const { dataDirectory } = runtime.location;
  const content = await files.read(`${dataDirectory}/postgresql.auto.conf`, wait);
  const settings = readAutoConf(content?.toString('utf8') ?? '');
  return new Map([...settings].filter(([, value]) => value.startsWith(`${dataDirectory}/`)));
}

async function observeStandby(
  node: OperationNode,
  subject: SetupSubject,
  wait: Wait,
): Promise<Omit<SetupObservation['standby'], 'missingTlsFiles'>> {
  const { location } = subject.standby;
  const [host, library, container, toolchains, entries, aside, disk, portInUse, reachesPrimary] =
    await Promise.all([
      node.probe.facts(wait),
      node.runtime.localeLibrary(wait),
      containerOf(node, wait),
      node.probe.toolchains(wait),
      node.files.list(location.dataDirectory, wait),
      subject.moveAsideTo === null ? null : node.files.stat(subject.moveAsideTo, wait),
      node.files.disk(location.dataDirectory, wait),
      node.probe.portInUse(location.port, wait),
      node.network.tcp(subject.primary.address, subject.primary.location.port, wait),
    ]);
  const stopState = await node.runtime.stopState(wait);
  const targetServerRuns = stopState === 'running' || stopState === 'writes-ended';
  const installed = toolchains.find((t) => t.binDirectory === location.binDirectory)?.majorVersion;
  return {
    host,
    library,
    ...(container === null ? { toolMajor: installed ?? null, container } : containerFacts(container)),
    notMounted: await missing(node, subject.mountedFiles, wait),
    targetEntries: entries === null ? null : entries.length,
    targetIsTandems: entries?.some((e) => e.path === PASSFILE) ?? false,
    asideExists: aside !== null,
    disk,
    targetServerRuns,
    // What the plan stops frees the port.
    portInUse: portInUse && !(targetServerRuns && subject.stopTarget),
    reachesPrimary,
  };
}

function containerFacts({ majorVersion, commandLine = {}, portInside }: FoundInstance) {
  const container: StandbyContainer = { commandLine, port: portInside ?? null };
  return { toolMajor: majorVersion, container };
}

async function missing(node: OperationNode, paths: readonly string[], wait: Wait): Promise<string[]> {
  const gone = [];
  for (const path of paths) if ((await node.files.stat(path, wait)) === null) gone.push(path);
  return gone;
}

/** The container that the node lives in; null where it lives on the host itself. */
async function containerOf(node: OperationNode, wait: Wait): Promise<FoundInstance | null> {
  const { kind, name } = node.runtime.location;
  if (kind !== 'docker') return null;
  const instances = await node.probe.instances(wait);
  return instances.find((i) => i.kind === 'docker' && i.name === name) ?? null;
}

/** Before the standby runs nothing listens on its port: a refusal by the host itself proves the path. */
async function reachAny(
  node: OperationNode,
  address: string,
  port: number,
  wait: Wait,
): Promise<string | null> {
  const failure = await node.network.tcp(address, port, wait);
  return failure === null || /refused/i.test(failure) ? null : failure;
}

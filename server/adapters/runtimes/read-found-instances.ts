import path from 'node:path';
import { clusterConfigDirectory, type RuntimeKind } from '#server/domain/instance-location.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';
import { readFoundContainers } from './docker/read-found-containers.ts';

const OLDEST_MAJOR = 13;
const NEWEST_MAJOR = 18;

const NOT_RUNNING = text('it does not run: start it first', 'läuft nicht: starten Sie sie zuerst');

type Fields = readonly string[];
const PROCESS = [
  'line', 'pid', 'owner', 'dataDirectory', 'program', 'cgroup', 'port', 'socketDirectory',
  'version', 'standby', 'sizeKib', 'namespace', 'configFile',
] as const; // prettier-ignore
const CLUSTER = [
  'line', 'version', 'name', 'port', 'status', 'owner', 'dataDirectory', 'foundVersion', 'standby', 'sizeKib',
] as const; // prettier-ignore
const UNIT = [
  'line',
  'name',
  'state',
  'dataDirectory',
  'owner',
  'version',
  'standby',
  'sizeKib',
  'port',
] as const;
type Cluster = Record<(typeof CLUSTER)[number], string>;

/** An absent field is an empty text. */
function named<K extends string>(names: readonly K[], fields: Fields): Record<K, string> {
  const entries = names.map((name, i) => [name, fields[i] ?? '']);
  return Object.fromEntries(entries) as Record<K, string>;
}
/** Reads the lines of the discovery script; see there for their fields. */
export function readFoundInstances(output: string): FoundInstance[] {
  const lines = output.split('\n').map((line) => line.split('\t'));
  const of = (kind: string): Fields[] => lines.filter(([first]) => first === kind);
  const [, namespace = '', initCgroup = ''] = of('self')[0] ?? [];
  const host = { namespace, cgroups: cgroupsOfHost(initCgroup) };
  const clusters = of('cluster').map((fields) => named(CLUSTER, fields));
  const containers = readFoundContainers(lines);
  const isListed = (cgroup: string): boolean => containers.some(({ id }) => cgroup.includes(id));
  const running = of('process')
    .filter((fields) => !isListed(named(PROCESS, fields).cgroup))
    .map((fields) => readProcess(fields, host, clusters));
  const isRunning = (directory: string): boolean => running.some((i) => i.dataDirectory === directory);
  const stopped = [...clusters.map(readStoppedCluster), ...of('unit').map(readStoppedUnit)].filter(
    (i) => !isRunning(i.dataDirectory),
  );
  return [...running, ...stopped, ...containers.map(({ found }) => judged(found))].sort(
    (a, b) => a.port - b.port || a.dataDirectory.localeCompare(b.dataDirectory),
  );
}

/** A container is judged as everything else is, by what stands in its own way first. */
function judged({
  blocked,
  ...found
}: ReturnType<typeof readFoundContainers>[number]['found']): FoundInstance {
  const { osOwner: owner, dataDirectory, majorVersion } = found;
  const version = majorVersion === 0 ? '' : String(majorVersion);
  const notRunning = found.running ? null : NOT_RUNNING;
  const reason =
    blocked ?? notRunning ?? whyNotSupported(null, { owner, dataDirectory, version, majorVersion });
  return { ...found, supported: reason === null, reason };
}

function readAbout(row: { standby: string; sizeKib: string }) {
  return {
    inRecovery: row.standby === '' ? null : row.standby === 'yes',
    sizeBytes: row.sizeKib === '' ? null : Number(row.sizeKib) * 1024,
  };
}

interface Host {
  /** PID namespace of the host itself. */
  namespace: string;
  /** Where it lies itself, for a host that is a container: not what runs on it lies in one. */
  cgroups: readonly string[];
}

/** From process 1, which lies in the root of what is the host's, or in `init.scope` just below. */
function cgroupsOfHost(initCgroup: string): string[] {
  const paths = initCgroup.split(' ').map((line) => line.replace(/^[^:]*:[^:]*:/, ''));
  const roots = paths.map((path) => path.replace(/\/init\.scope$/, '')).filter((path) => path.length > 1);
  return [...new Set(roots)].sort((a, b) => b.length - a.length);
}

function readProcess(fields: Fields, host: Host, clusters: readonly Cluster[]): FoundInstance {
  const row = named(PROCESS, fields);
  const { owner, dataDirectory, program } = row;
  const inContainer = row.namespace !== '' && host.namespace !== '' && row.namespace !== host.namespace;
  const cgroup = host.cgroups.reduce((text, own) => text.replaceAll(own, ''), row.cgroup);
  const cluster = clusters.find((each) => each.dataDirectory === dataDirectory);
  const { kind, name } = kindOf(cgroup, inContainer, cluster);
  const majorVersion = parseInt(row.version || (/\/(\d+)\/bin\//.exec(program)?.[1] ?? '0'), 10);
  const reason = whyNotSupported(kind, { ...row, majorVersion });
  const configDirectory = row.configFile === '' ? dataDirectory : path.dirname(row.configFile);
  return {
    kind,
    name,
    dataDirectory,
    configDirectory: configDirectory === dataDirectory ? null : configDirectory,
    binDirectory: program.startsWith('/') ? path.dirname(program) : null,
    osOwner: owner,
    port: Number(row.port || '5432'),
    socketDirectory: row.socketDirectory || null,
    running: true,
    majorVersion,
    ...readAbout(row),
    supported: reason === null,
    reason,
  };
}

function kindOf(
  cgroup: string,
  inContainer: boolean,
  cluster: Cluster | undefined,
): { kind: RuntimeKind; name: string | null } {
  if (inContainer || /docker|containerd|libpod/.test(cgroup)) return { kind: 'docker', name: null };
  if (cluster !== undefined) return { kind: 'debian', name: `${cluster.version}/${cluster.name}` };
  // A server that somebody started by hand from a service's shell lies in that service's group: only a group of PostgreSQL's own counts.
  const unit = /\/([^/ ]*(?:postgres|pgsql)[^/ ]*\.service)/.exec(cgroup)?.[1];
  return unit === undefined ? { kind: 'plain', name: null } : { kind: 'systemd', name: unit };
}

function readStoppedCluster(row: Cluster): FoundInstance {
  const name = `${row.version}/${row.name}`;
  const port = Number(row.port || '5432');
  return { kind: 'debian', name, configDirectory: clusterConfigDirectory(name), port, ...stopped(row) };
}

function readStoppedUnit(fields: Fields): FoundInstance {
  const row = named(UNIT, fields);
  return {
    kind: 'systemd',
    name: row.name,
    configDirectory: null,
    port: Number(row.port || '5432'),
    ...stopped(row),
  };
}

function stopped(row: {
  dataDirectory: string;
  owner: string;
  version: string;
  standby: string;
  sizeKib: string;
}) {
  return {
    dataDirectory: row.dataDirectory,
    osOwner: row.owner || 'postgres',
    binDirectory: null,
    socketDirectory: null,
    running: false,
    majorVersion: parseInt(row.version || '0', 10),
    ...readAbout(row),
    supported: false,
    reason: NOT_RUNNING,
  };
}

function whyNotSupported(
  kind: RuntimeKind | null,
  o: { owner: string; dataDirectory: string; version: string; majorVersion: number },
): Text | null {
  if (kind === 'docker') {
    return text(
      'it runs in a container that cannot be looked into: its image must be laid out as the official one, and the login user in the group docker or allowed sudo',
      'läuft in einem Container, in den sich nicht sehen lässt: Sein Image muss aufgebaut sein wie das offizielle, und der Anmeldebenutzer in der Gruppe docker sein oder sudo dürfen',
    );
  }
  if (o.dataDirectory === '' || o.version === '') {
    return text(
      `belongs to the OS user ${o.owner}: log in as that user, or allow sudo`,
      `gehört dem Systembenutzer ${o.owner}: Melden Sie sich als dieser an oder erlauben Sie sudo`,
    );
  }
  if (o.majorVersion < OLDEST_MAJOR || o.majorVersion > NEWEST_MAJOR) {
    return text(
      `PostgreSQL ${o.version} is not supported: ${OLDEST_MAJOR} to ${NEWEST_MAJOR} are`,
      `PostgreSQL ${o.version} wird nicht unterstützt, nur ${OLDEST_MAJOR} bis ${NEWEST_MAJOR}`,
    );
  }
  return null;
}

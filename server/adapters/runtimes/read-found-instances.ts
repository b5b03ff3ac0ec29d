import path from 'node:path';
import type { RuntimeKind } from '#server/domain/instance-location.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';

const OLDEST_MAJOR = 13;
const NEWEST_MAJOR = 18;
/** Where postgresql-common keeps the configuration of `15/main`. */
const CLUSTER_CONFIG = '/etc/postgresql';

type Fields = readonly string[];
const PROCESS = [
  'line', 'pid', 'owner', 'dataDirectory', 'program', 'cgroup', 'port', 'socketDirectory',
  'version', 'standby', 'sizeKib', 'namespace', 'configFile',
] as const; // prettier-ignore
const CLUSTER = [
  'line', 'version', 'name', 'port', 'status', 'owner', 'dataDirectory', 'foundVersion', 'standby', 'sizeKib',
] as const; // prettier-ignore
const UNIT = ['line', 'name', 'state', 'dataDirectory', 'owner', 'version', 'standby', 'sizeKib'] as const;
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
  const ownNamespace = of('self')[0]?.[1] ?? '';
  const clusters = of('cluster').map((fields) => named(CLUSTER, fields));
  const running = of('process').map((fields) => readProcess(fields, ownNamespace, clusters));
  const isRunning = (directory: string): boolean => running.some((i) => i.dataDirectory === directory);
  const stopped = [...clusters.map(readStoppedCluster), ...of('unit').map(readStoppedUnit)].filter(
    (i) => !isRunning(i.dataDirectory),
  );
  return [...running, ...stopped].sort(
    (a, b) => a.port - b.port || a.dataDirectory.localeCompare(b.dataDirectory),
  );
}

function readAbout(row: { standby: string; sizeKib: string }) {
  return {
    inRecovery: row.standby === '' ? null : row.standby === 'yes',
    sizeBytes: row.sizeKib === '' ? null : Number(row.sizeKib) * 1024,
  };
}

function readProcess(fields: Fields, ownNamespace: string, clusters: readonly Cluster[]): FoundInstance {
  const row = named(PROCESS, fields);
  const { owner, dataDirectory, program } = row;
  const inContainer = row.namespace !== '' && ownNamespace !== '' && row.namespace !== ownNamespace;
  const cluster = clusters.find((each) => each.dataDirectory === dataDirectory);
  const { kind, name } = kindOf(row.cgroup, inContainer, cluster);
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
  return { kind: 'debian', name, configDirectory: `${CLUSTER_CONFIG}/${name}`, port, ...stopped(row) };
}

function readStoppedUnit(fields: Fields): FoundInstance {
  const row = named(UNIT, fields);
  return { kind: 'systemd', name: row.name, configDirectory: null, port: 5432, ...stopped(row) };
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
    reason: text('it does not run: start it first', 'läuft nicht: starten Sie sie zuerst'),
  };
}

function whyNotSupported(
  kind: RuntimeKind,
  o: { owner: string; dataDirectory: string; version: string; majorVersion: number },
): Text | null {
  if (kind === 'docker') {
    return text(
      'found, not yet supported: it runs in a container',
      'gefunden, noch nicht unterstützt: läuft in einem Container',
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

import type { FoundInstance } from '#server/domain/server-check.ts';
import type { Text } from '#server/domain/plan.ts';
import { text } from '#server/domain/text.ts';

const OLDEST_MAJOR = 13;
const NEWEST_MAJOR = 18;

interface Row {
  owner: string;
  dataDirectory: string;
  program: string;
  cgroup: string;
  port: string;
  socketDirectory: string;
  version: string;
  standby: string;
  sizeKib: string;
  processNamespace: string;
}

/** Reads the lines of the discovery script; see there for their fields. */
export function readFoundInstances(output: string): FoundInstance[] {
  const lines = output.split('\n').map((line) => line.split('\t'));
  const ownNamespace = lines.find(([kind]) => kind === 'self')?.[1] ?? '';
  const debianDirectories = new Set(
    lines.filter(([kind]) => kind === 'debian').map((fields) => fields[5] ?? ''),
  );
  const processes = lines.filter(([kind]) => /^\d+$/.test(kind ?? ''));
  return processes
    .map((fields) => readInstance(readRow(fields), ownNamespace, debianDirectories))
    .sort((a, b) => a.port - b.port || a.dataDirectory.localeCompare(b.dataDirectory));
}

function readRow(fields: readonly string[]): Row {
  const [
    ,
    owner = '',
    dataDirectory = '',
    program = '',
    cgroup = '',
    port = '',
    socketDirectory = '',
    version = '',
    standby = '',
    sizeKib = '',
    processNamespace = '',
  ] = fields;
  return {
    owner,
    dataDirectory,
    program,
    cgroup,
    port,
    socketDirectory,
    version,
    standby,
    sizeKib,
    processNamespace,
  };
}

function readInstance(row: Row, ownNamespace: string, debianDirectories: ReadonlySet<string>): FoundInstance {
  const kind = readKind(row, ownNamespace, debianDirectories);
  const majorVersion = parseInt(row.version || (/\/(\d+)\/bin\//.exec(row.program)?.[1] ?? '0'), 10);
  const reason = whyNotSupported(row, kind, majorVersion);
  return {
    kind,
    dataDirectory: row.dataDirectory,
    binDirectory: row.program.startsWith('/') ? row.program.slice(0, row.program.lastIndexOf('/')) : null,
    osOwner: row.owner,
    port: Number(row.port || '5432'),
    socketDirectory: row.socketDirectory === '' ? null : row.socketDirectory,
    majorVersion,
    inRecovery: row.standby === '' ? null : row.standby === 'yes',
    sizeBytes: row.sizeKib === '' ? null : Number(row.sizeKib) * 1024,
    supported: reason === null,
    reason,
  };
}

function readKind(
  row: Row,
  ownNamespace: string,
  debianDirectories: ReadonlySet<string>,
): FoundInstance['kind'] {
  const inContainer =
    row.processNamespace !== '' && ownNamespace !== '' && row.processNamespace !== ownNamespace;
  if (inContainer || /docker|containerd|libpod/.test(row.cgroup)) return 'docker';
  if (debianDirectories.has(row.dataDirectory)) return 'debian';
  // A server that somebody started by hand from a service's shell lies in that service's group: only a group of PostgreSQL's own counts.
  if (/\/[^/ ]*(postgres|pgsql)[^/ ]*\.service/.test(row.cgroup)) return 'systemd';
  return 'plain';
}

const NOT_YET: Record<Exclude<FoundInstance['kind'], 'plain'>, Text> = {
  docker: text(
    'found, not yet supported: it runs in a container',
    'gefunden, noch nicht unterstützt: läuft in einem Container',
  ),
  debian: text(
    'found, not yet supported: it is run by pg_ctlcluster',
    'gefunden, noch nicht unterstützt: wird mit pg_ctlcluster betrieben',
  ),
  systemd: text(
    'found, not yet supported: it is a systemd service',
    'gefunden, noch nicht unterstützt: ist ein systemd-Dienst',
  ),
};

function whyNotSupported(row: Row, kind: FoundInstance['kind'], majorVersion: number): Text | null {
  if (kind !== 'plain') return NOT_YET[kind];
  if (row.dataDirectory === '' || row.version === '') {
    return text(
      `belongs to the OS user ${row.owner}: log in as that user, or allow sudo`,
      `gehört dem Systembenutzer ${row.owner}: Melden Sie sich als dieser an oder erlauben Sie sudo`,
    );
  }
  if (majorVersion < OLDEST_MAJOR || majorVersion > NEWEST_MAJOR) {
    return text(
      `PostgreSQL ${row.version} is not supported: ${OLDEST_MAJOR} to ${NEWEST_MAJOR} are`,
      `PostgreSQL ${row.version} wird nicht unterstützt, nur ${OLDEST_MAJOR} bis ${NEWEST_MAJOR}`,
    );
  }
  return null;
}

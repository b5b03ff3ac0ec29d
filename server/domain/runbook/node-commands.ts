import { serviceLine } from '../control-line.ts';
import { clusterConfigDirectory, unitOf, type InstanceLocation } from '../instance-location.ts';
import { gateFiles } from '../gate-files.ts';
import { readableWord } from '../shell-word.ts';
import { gatePaths } from '../start-gate.ts';

/** One server of the pair as a person reaches it. */
export interface RunbookNode {
  serverName: string;
  /** As for `ssh`: user@host, with -p where it is not 22. */
  ssh: string;
  address: string;
  location: InstanceLocation;
  superuser: string;
}

/** Commands for one node, each a line that a person types on its host with sudo. */
export function commandsOf(node: RunbookNode) {
  const { location, superuser } = node;
  const { dataDirectory, binDirectory, osOwner, kind, name, port, socketDirectory } = location;
  const isContainer = kind === 'docker';
  const data = (file: string): string => readableWord(`${dataDirectory}/${file}`);
  const asOwner = (line: string): string =>
    isContainer
      ? `sudo docker exec -u ${osOwner} ${readableWord(name ?? '')} ${line}`
      : `sudo -u ${readableWord(osOwner)} ${line}`;
  /** Works also while the server is stopped. */
  const onFiles = (line: string): string =>
    isContainer
      ? `sudo docker run --rm --volumes-from ${readableWord(name ?? '')} -u ${osOwner} --entrypoint sh "$(sudo docker inspect -f '{{.Config.Image}}' ${readableWord(name ?? '')})" -c ${readableWord(line)}`
      : asOwner(`sh -c ${readableWord(line)}`);
  const at = isContainer ? [] : ['-h', socketDirectory ?? '127.0.0.1', '-p', String(port)];
  const psql = (...statements: string[]): string => {
    const words = [`${binDirectory}/psql`, '-X', '-A', '-t', ...at, '-U', superuser, '-d', 'postgres'];
    return asOwner([...words, ...statements.flatMap((s) => ['-c', s])].map(readableWord).join(' '));
  };
  const service = (what: 'start' | 'stop'): string => {
    const line = serviceLine(location, what);
    if (line !== null) return `sudo ${line}`;
    const mode = what === 'stop' ? '-m fast -w' : `-w -l ${readableWord('/tmp/postgresql-start.log')}`;
    return asOwner(
      `${readableWord(`${binDirectory}/pg_ctl`)} -D ${readableWord(dataDirectory)} ${mode} ${what}`,
    );
  };
  return {
    psql,
    service,
    onFiles,
    data,
    /** Nothing starts it at boot; null where nothing does. */
    noAutostart: noAutostart(location),
    /** Lets the primary that a gate holds start writable; null where there can be no gate. */
    open:
      gateFiles(location) === null
        ? null
        : [
            service('stop'),
            onFiles(`rm ${data('standby.signal')}`),
            ...openOnce(location),
            service('start'),
          ].join('; '),
    controlData: onFiles(
      `${readableWord(`${binDirectory}/pg_controldata`)} -D ${readableWord(dataDirectory)} | grep 'cluster state'`,
    ),
  };
}

function noAutostart({ kind, name }: InstanceLocation): string | null {
  if (kind === 'docker') return `sudo docker update --restart=no ${readableWord(name ?? '')}`;
  if (kind === 'systemd') return `sudo systemctl disable ${readableWord(name ?? '')}`;
  if (kind === 'debian') return `echo manual | sudo tee ${clusterConfigDirectory(name ?? '')}/start.conf`;
  return null;
}

/** Lets a start gate pass one start; the engine's start of a container by hand is not asked about. */
function openOnce(location: InstanceLocation): string[] {
  const unit = unitOf(location);
  if (unit === null) return [];
  const file = gatePaths(unit).openOnce;
  return [`sudo mkdir -p ${file.slice(0, file.lastIndexOf('/'))} && sudo touch ${readableWord(file)}`];
}

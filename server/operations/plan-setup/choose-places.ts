import { AppError } from '#server/errors/app-error.ts';
import { locationOfFound, type FoundInstance } from '#server/domain/server-check.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import {
  clusterConfigDirectory,
  placeNameOf,
  type InstanceLocation,
} from '#server/domain/instance-location.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { HostAccess } from '../host-access.ts';

/** The running instance that the draft names, as it is found now; never one of several that could be meant. */
export async function findInstance(
  host: HostAccess,
  place: string,
  wait: Wait,
): Promise<{ found: FoundInstance; location: InstanceLocation }> {
  const instances = await host.probe.instances(wait);
  const running = instances.filter((i) => i.running);
  const named = running.filter((i) => placeNameOf(i) === place);
  const [found, another] = named.length > 0 ? named : running.filter((i) => i.dataDirectory === place);
  if (another !== undefined) {
    throw new AppError('GATE_FAILED', {
      message: `more than one PostgreSQL on ${host.server.name} has its data in ${place}`,
      detail: running.map(placeNameOf).join(', '),
      hint: 'Name the container too, as it stands there.',
    });
  }
  if (found === undefined) {
    throw new AppError('GATE_FAILED', {
      message: `no PostgreSQL runs in ${place} on ${host.server.name}`,
      detail: instances.map((i) => `${placeNameOf(i)}:${i.port}`).join(', ') || 'no instance found',
      hint: 'Start it, or choose another server.',
    });
  }
  const location = locationOfFound(found);
  if (!found.supported || location === null) {
    throw new AppError('INSTANCE_NOT_SUPPORTED', {
      message: `PostgreSQL in ${place} on ${host.server.name} cannot be operated yet`,
      detail: found.reason?.en ?? '',
      hint: 'Choose another instance.',
    });
  }
  return { found, location };
}

export interface StandbyPlace {
  location: InstanceLocation;
  /** A server that nobody uses runs there: the plan stops it. */
  stopTarget: boolean;
}

/** Where the standby will live: a container where the primary does, else a place of the host, unless the draft names the other. */
export async function chooseStandbyPlace(
  host: HostAccess,
  draft: NewStandbyDraft,
  primary: { found: FoundInstance; location: InstanceLocation },
  wait: Wait,
): Promise<StandbyPlace> {
  const choose = (await isForContainer(host, draft, primary.location, wait)) ? chooseContainer : chooseOnHost;
  return choose(host, draft, primary, wait);
}

/** The same path lies in containers and on the host: only what names one of the two alone leads to the other kind. */
async function isForContainer(
  host: HostAccess,
  { standbyDataDirectory: wanted }: NewStandbyDraft,
  primary: InstanceLocation,
  wait: Wait,
): Promise<boolean> {
  if (wanted === null) return primary.kind === 'docker';
  const instances = await host.probe.instances(wait);
  const isOf = (of: 'container' | 'host'): boolean =>
    instances.some((i) => (i.kind === 'docker') === (of === 'container') && placeNameOf(i) === wanted);
  if (primary.kind !== 'docker') return isOf('container');
  const inContainer =
    isOf('container') || instances.some((i) => i.kind === 'docker' && i.dataDirectory === wanted);
  if (inContainer) return true;
  return !isOf('host') && clusterNameOf(wanted) === null;
}

/**
 * A stopped or unused instance in that very directory lends its place in the
 * host's way of running servers; else a cluster as the primary's, or a plain directory.
 */
async function chooseOnHost(
  host: HostAccess,
  draft: NewStandbyDraft,
  primary: { found: FoundInstance; location: InstanceLocation },
  wait: Wait,
): Promise<StandbyPlace> {
  const place = primary.location;
  const binDirectory = await programsOf(host, primary, wait);
  const dataDirectory = draft.standbyDataDirectory ?? place.dataDirectory;
  const instances = await host.probe.instances(wait);
  // A container's directory is another one, whatever its path inside.
  const there = instances.find((i) => i.kind !== 'docker' && i.dataDirectory === dataDirectory) ?? null;
  const base: InstanceLocation = {
    ...(await placeInSystem(host, there, instances, { primary: place, dataDirectory }, wait)),
    dataDirectory,
    binDirectory,
    osOwner: await ownerOf(host, there?.osOwner ?? ownerOnHost(place), wait),
    port: draft.standbyPort ?? place.port,
    socketDirectory: null,
  };
  const socketDirectory = await chooseSocketDirectory(host, base, primary.location.socketDirectory, wait);
  const stopTarget = there?.running === true && (await isUnused(host, there, wait));
  return { location: { ...base, socketDirectory }, stopTarget };
}

/** A container's standby lives in a container that is there already, as a rule one that was made like the primary's. */
async function chooseContainer(
  host: HostAccess,
  draft: NewStandbyDraft,
  primary: { found: FoundInstance; location: InstanceLocation },
  wait: Wait,
): Promise<StandbyPlace> {
  const { name } = primary.location;
  const wanted = draft.standbyDataDirectory ?? primary.location.dataDirectory;
  const containers = (await host.probe.instances(wait)).filter((i) => i.kind === 'docker');
  const named = containers.filter((i) => placeNameOf(i) === wanted);
  const there = named.length > 0 ? named : containers.filter((i) => i.dataDirectory === wanted);
  const found = there.find((i) => i.name === name) ?? (there.length === 1 ? there[0] : undefined);
  if (found === undefined) throw noContainer(host.server, wanted, containers);
  const { majorVersion } = primary.found;
  if (found.majorVersion !== majorVersion) {
    throw new AppError('GATE_FAILED', {
      message: `the container ${found.name ?? ''} on ${host.server.name} has PostgreSQL ${found.majorVersion}, the primary ${majorVersion}`,
      hint: 'Choose another container, or make one of the primary’s version.',
    });
  }
  const { binDirectory } = primary.location;
  const osOwner = primary.location.kind === 'docker' ? primary.location.osOwner : found.osOwner;
  const { dataDirectory, configDirectory, port } = found;
  const location: InstanceLocation = {
    kind: 'docker',
    name: found.name,
    dataDirectory,
    configDirectory,
    binDirectory: found.binDirectory ?? binDirectory,
    osOwner: found.running ? found.osOwner : osOwner,
    port,
    socketDirectory: null,
  };
  return { location, stopTarget: found.running && (await isUnused(host, found, wait)) };
}

function notInstalled(server: string, { majorVersion }: FoundInstance): AppError {
  return new AppError('GATE_FAILED', {
    message: `PostgreSQL ${majorVersion} is not installed on ${server}`,
    hint: `Install it, apt-get install postgresql-${majorVersion}, or choose a container.`,
  });
}

function noContainer(
  server: HostAccess['server'],
  wanted: string,
  containers: readonly FoundInstance[],
): AppError {
  return new AppError('CONTAINER_MISSING', {
    message: `${server.name} has no container for the standby: ${wanted}`,
    detail: containers.map(placeNameOf).join(', ') || 'no container of PostgreSQL was found',
    hint: `Make one like the primary's: open ${server.name}, or npx tandem server container ${server.name}. For a standby outside of containers give the data directory of a cluster of that host.`,
    data: { serverId: server.id },
  });
}

/** An account of a container's image may be none of the host. */
const ownerOnHost = ({ kind, osOwner }: InstanceLocation): string =>
  kind === 'docker' ? 'postgres' : osOwner;

/** Who cannot act as others owns what it makes. */
async function ownerOf(host: HostAccess, wanted: string, wait: Wait): Promise<string> {
  const facts = await host.probe.facts(wait);
  return facts.isRoot || (await host.probe.sudo(wait)) !== 'none' ? wanted : facts.user;
}

/** A container brings its programs, and the account that its server runs as; a host needs its own. */
async function programsOf(
  host: HostAccess,
  { found, location }: { found: FoundInstance; location: InstanceLocation },
  wait: Wait,
): Promise<string> {
  const toolchains = await host.probe.toolchains(wait);
  const tools = toolchains.find((t) => t.majorVersion === found.majorVersion);
  if (tools === undefined && location.kind === 'docker') throw notInstalled(host.server.name, found);
  return tools?.binDirectory ?? location.binDirectory;
}

/** As postgresql-common names and lays clusters; null = not such a place. */
function clusterNameOf(dataDirectory: string): string | null {
  return /^\/var\/lib\/postgresql\/(\d+\/[^/-][^/]*)$/.exec(dataDirectory)?.[1] ?? null;
}

type PlaceInSystem = Pick<InstanceLocation, 'kind' | 'name' | 'configDirectory'>;
const PLAIN: PlaceInSystem = { kind: 'plain', name: null, configDirectory: null };

async function placeInSystem(
  host: HostAccess,
  there: FoundInstance | null,
  instances: readonly FoundInstance[],
  { primary, dataDirectory }: { primary: InstanceLocation; dataDirectory: string },
  wait: Wait,
): Promise<PlaceInSystem> {
  if (there !== null && (there.kind === 'debian' || there.kind === 'systemd')) {
    const { kind, name, configDirectory } = there;
    return { kind, name, configDirectory };
  }
  const like = primary.kind === 'docker' ? clusterNameOf(dataDirectory) : primary.name;
  if ((primary.kind !== 'debian' && primary.kind !== 'docker') || like === null) return PLAIN;
  const { files } = host.node({ ...primary, ...PLAIN, osOwner: ownerOnHost(primary) });
  if ((await files.stat('/usr/bin/pg_ctlcluster', wait)) === null) return PLAIN;
  const taken = (name: string): boolean => instances.some((i) => i.kind === 'debian' && i.name === name);
  let name = like;
  for (let n = 1; taken(name); n += 1) name = `${like.split('/')[0] ?? ''}/standby${n}`;
  return { kind: 'debian', name, configDirectory: clusterConfigDirectory(name) };
}

/** What a package's installation starts: nobody made a database or a table in it, nobody is connected. */
const IS_UNUSED = `SELECT NOT pg_is_in_recovery()
  AND NOT EXISTS (SELECT 1 FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres')
  AND NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema')
  AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
  AND NOT EXISTS (SELECT 1 FROM pg_stat_replication)`;

async function isUnused(host: HostAccess, found: FoundInstance, wait: Wait): Promise<boolean> {
  const location = locationOfFound(found);
  if (location === null || !found.supported) return false;
  const rows = await host
    .node(location)
    .runtime.superuserSql(IS_UNUSED, {}, { ...wait, reads: true })
    .catch(() => null);
  return rows?.[0]?.[0] === 't';
}

/** The primary's socket directory where it exists and the owner may write to it; /tmp always can be. */
async function chooseSocketDirectory(
  host: HostAccess,
  place: InstanceLocation,
  primarys: string | null,
  wait: Wait,
): Promise<string> {
  const { files } = host.node(place);
  for (const candidate of [primarys, '/var/run/postgresql']) {
    if (candidate === null) continue;
    const stat = await files.stat(candidate, wait);
    if (stat?.kind === 'directory' && (stat.owner === place.osOwner || (stat.mode & 0o002) !== 0))
      return candidate;
  }
  return '/tmp';
}

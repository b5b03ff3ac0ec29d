import { AppError } from '#server/errors/app-error.ts';
import { locationOfFound } from '#server/domain/server-check.ts';
import type { NewStandbyDraft } from '#server/domain/setup-draft.ts';
import type { FoundInstance } from '#server/domain/server-check.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { HostAccess } from '../host-access.ts';

/** The running instance that the draft names, as it is found now. */
export async function findInstance(
  host: HostAccess,
  dataDirectory: string,
  wait: Wait,
): Promise<{ found: FoundInstance; location: InstanceLocation }> {
  const instances = await host.probe.instances(wait);
  const found = instances.find((i) => i.running && i.dataDirectory === dataDirectory);
  if (found === undefined) {
    throw new AppError('GATE_FAILED', {
      message: `no PostgreSQL runs in ${dataDirectory} on ${host.server.name}`,
      detail: instances.map((i) => `${i.dataDirectory}:${i.port}`).join(', ') || 'no instance found',
      hint: 'Start it, or choose another server.',
    });
  }
  const location = locationOfFound(found);
  if (!found.supported || location === null) {
    throw new AppError('INSTANCE_NOT_SUPPORTED', {
      message: `PostgreSQL in ${dataDirectory} on ${host.server.name} cannot be operated yet`,
      detail: found.reason?.en ?? '',
      hint: 'Choose an instance that is run with pg_ctl.',
    });
  }
  return { found, location };
}

/** Where the standby will live: the same shape as the primary, owned by whom we may act as. */
export async function chooseStandbyPlace(
  host: HostAccess,
  draft: NewStandbyDraft,
  primary: { found: FoundInstance; location: InstanceLocation },
  wait: Wait,
): Promise<InstanceLocation> {
  const facts = await host.probe.facts(wait);
  const mayActAsOthers = facts.isRoot || (await host.probe.sudo(wait)) === 'passwordless';
  const osOwner = mayActAsOthers ? primary.location.osOwner : facts.user;
  const toolchains = await host.probe.toolchains(wait);
  const tools = toolchains.find((t) => t.majorVersion === primary.found.majorVersion);
  const base: InstanceLocation = {
    kind: 'plain',
    name: null,
    configDirectory: null,
    dataDirectory: draft.standbyDataDirectory ?? primary.location.dataDirectory,
    binDirectory: tools?.binDirectory ?? primary.location.binDirectory,
    osOwner,
    port: draft.standbyPort ?? primary.location.port,
    socketDirectory: null,
  };
  return {
    ...base,
    socketDirectory: await chooseSocketDirectory(host, base, primary.location.socketDirectory, wait),
  };
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

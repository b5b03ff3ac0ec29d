import { configDirectoryOf, type InstanceLocation } from '#server/domain/instance-location.ts';
import { MAIN_FILES } from '#server/domain/own-files.ts';

/** Made by pg_createcluster itself. */
const MADE_BY_CLUSTER = ['start.conf', 'pg_ctl.conf'];

/** Where a file of the primary's configuration directory goes while the standby is built. */
export function placeOf(file: string, standby: InstanceLocation): { path: string; early: boolean } | null {
  const isMain = MAIN_FILES.some((main) => main === file);
  if (standby.configDirectory === null) return { path: `${standby.dataDirectory}/${file}`, early: true };
  // Nobody but pg_createcluster moves them.
  if (standby.kind !== 'debian') return { path: `${standby.configDirectory}/${file}`, early: true };
  if (isMain) return { path: `${standby.dataDirectory}/${file}`, early: true };
  if (MADE_BY_CLUSTER.includes(file)) return null;
  return { path: `${standby.configDirectory}/${file}`, early: false };
}

/**
 * The primary's file as the standby needs it: paths of the primary's own directories, and Debian's name of
 * the cluster (its process file, cluster_name), become the standby's. Bytes are kept otherwise.
 */
export function adaptConfiguration(content: Buffer, from: InstanceLocation, to: InstanceLocation): Buffer {
  let adapted = content.toString('latin1');
  const replace = (a: string | null, b: string | null): void => {
    if (a !== null && b !== null && a !== b) adapted = adapted.replaceAll(a, b);
  };
  replace(configDirectoryOf(from), configDirectoryOf(to));
  replace(from.dataDirectory, to.dataDirectory);
  if (from.kind === 'debian' && to.kind === 'debian') {
    replace(dashed(from), dashed(to));
    replace(`'${from.name ?? ''}'`, `'${to.name ?? ''}'`);
  }
  return Buffer.from(adapted, 'latin1');
}

const dashed = (location: InstanceLocation): string => `/${(location.name ?? '').replace('/', '-')}.pid`;

import { isAsWished, packagesOf, type HostWish, type PackageChoice } from '#server/domain/host-wish.ts';
import { packageSourceOf, type PackageSource } from '#server/domain/package-source.ts';
import type { HostTodo } from './input.ts';
import type { HostObservation } from './observation.ts';

/** The wish with the account's home among the directories, so that it is shown and undone like them. */
export function withHome(wish: HostWish): HostWish {
  if (wish.account === null) return wish;
  const { name } = wish.account;
  const path = `/home/${name}`;
  if (wish.directories.some((one) => one.path === path)) return wish;
  return { ...wish, directories: [{ path, owner: name, mode: '0750' }, ...wish.directories] };
}

/** What is still to do for the wish on the host as it was seen. Pure: the plan and its tests use the same. */
export function decideHost(wish: HostWish, seen: HostObservation): HostTodo {
  const dockerThere = seen.docker.engine !== null && seen.docker.compose !== null;
  const missing = packagesOf(wish).filter(
    (one) => !(one.for === 'docker' && dockerThere) && !isInstalled(one.names, seen),
  );
  const wanted = (part: 'postgresql' | 'docker'): boolean => missing.some((one) => one.for === part);
  const account = wish.account === null ? null : (seen.accounts.get(wish.account.name) ?? null);
  return {
    packages: missing.map((one) => [...one.names]),
    sources: sourcesOf(wish, wanted, seen),
    withoutMainCluster: wanted('postgresql') && seen.clusters === 0,
    startDocker: wish.docker !== null && (seen.docker.engine === null || !seen.docker.enabled),
    account: wish.account !== null && account === null,
    dockerGroup: wish.account?.dockerGroup === true && account?.groups.includes('docker') !== true,
    directories: wish.directories.some((one) => !isAsWished(seen.directories.get(one.path) ?? null, one)),
    firewall: (seen.firewall?.places ?? []).filter((_, i) => seen.firewall?.allowed[i] !== true),
    nftablesConf: seen.firewall?.nftablesConf ?? null,
  };
}

function isInstalled(names: PackageChoice, seen: HostObservation): boolean {
  return names.some((name) => seen.packages.get(name)?.installed != null);
}

function sourcesOf(
  { postgresql, docker }: HostWish,
  wanted: (part: 'postgresql' | 'docker') => boolean,
  { system }: HostObservation,
): PackageSource[] {
  const names: PackageSource['name'][] = [];
  if (postgresql?.source === 'pgdg' && wanted('postgresql')) names.push('pgdg');
  if (docker?.source === 'docker' && wanted('docker')) names.push('docker');
  return names.map((name) => packageSourceOf(name, system));
}

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
  return {
    packages: missing.map((one) => [...one.names]),
    sources: sourcesOf(wish, wanted, seen),
    withoutMainCluster: wanted('postgresql') && seen.clusters === 0,
    startDocker: wish.docker !== null && (seen.docker.engine === null || !seen.docker.enabled),
    ...accountTodo(wish, seen),
    directories: wish.directories.some((one) => !isAsWished(seen.directories.get(one.path) ?? null, one)),
    ...firewallTodo(seen),
  };
}

function accountTodo(
  { account }: HostWish,
  seen: HostObservation,
): Pick<HostTodo, 'account' | 'dockerGroup'> {
  if (account === null) return { account: false, dockerGroup: false };
  const found = seen.accounts.get(account.name) ?? null;
  const isMember = found?.groups.includes('docker') === true;
  return { account: found === null, dockerGroup: account.dockerGroup && !isMember };
}

function firewallTodo({ firewall }: HostObservation): Pick<HostTodo, 'firewall' | 'nftablesConf'> {
  if (firewall === null) return { firewall: [], nftablesConf: null };
  const { places, allowed, nftablesConf } = firewall;
  return { firewall: places.filter((_, i) => allowed[i] !== true), nftablesConf };
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

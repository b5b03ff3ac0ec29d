import type { FirewallLook } from '#server/domain/firewall.ts';
import {
  packagesOf,
  type DirectoryState,
  type HostWish,
  type PackageState,
} from '#server/domain/host-wish.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { DockerLook, HostSetup, SystemLook } from '#server/ports/host-setup.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';

export interface PrepareHostWorld {
  clock: Clock;
  setup: HostSetup;
}

/** One look at everything that a wish is about. */
export interface HostObservation {
  takenAtMs: number;
  system: SystemLook;
  packages: Map<string, PackageState>;
  clusters: number;
  docker: DockerLook;
  /** Accounts that the wish names, null = there is none. */
  accounts: Map<string, { home: string; groups: string[] } | null>;
  directories: Map<string, DirectoryState | null>;
  firewall: (FirewallLook & { allowed: boolean[] }) | null;
}

const NO_DOCKER: DockerLook = { engine: null, compose: null, enabled: false };

/** Looks at the host; without root only at the system, because nothing else can be done then. */
export async function observeHost(
  { setup, clock }: PrepareHostWorld,
  wish: HostWish,
  o: Wait,
): Promise<HostObservation> {
  const system = await setup.system(o);
  const nothing: HostObservation = {
    takenAtMs: clock.nowMs(),
    system,
    packages: new Map(),
    clusters: 0,
    docker: NO_DOCKER,
    accounts: new Map(),
    directories: new Map(),
    firewall: null,
  };
  if (!system.root) return nothing;
  const names = system.apt ? packagesOf(wish).flatMap((one) => one.names) : [];
  const accounts = new Map<string, { home: string; groups: string[] } | null>();
  for (const name of accountNames(wish)) accounts.set(name, await setup.account(name, o));
  return {
    ...nothing,
    packages: await setup.packages(names, o),
    clusters: await setup.clusters(o),
    docker: wish.docker === null ? NO_DOCKER : await setup.docker(o),
    accounts,
    directories: await setup.directories(
      wish.directories.map((one) => one.path),
      o,
    ),
    firewall: await observeFirewall(setup, wish, o),
    takenAtMs: clock.nowMs(),
  };
}

function accountNames(wish: HostWish): string[] {
  const owners = wish.directories.map((one) => one.owner);
  return [...new Set([...(wish.account === null ? [] : [wish.account.name]), ...owners])];
}

async function observeFirewall(
  setup: HostSetup,
  { firewall: rule }: HostWish,
  o: Wait,
): Promise<HostObservation['firewall']> {
  if (rule === null) return null;
  const look = await setup.firewall(rule, o);
  const allowed: boolean[] = [];
  for (const place of look.places) allowed.push(await setup.hasRule(place, rule, o));
  return { ...look, allowed };
}

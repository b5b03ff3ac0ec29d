import dns from 'node:dns/promises';
import { createHostProbe } from '#server/adapters/hosts/host-probe.ts';
import { discoverInstances } from '#server/adapters/runtimes/discover-instances.ts';
import { chooseHostState } from '#server/adapters/ssh/host-state-directory.ts';
import { openSocket } from '#server/adapters/ssh/open-socket.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { ProbeWorld } from '#server/operations/probe-host/world.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import type { Hosts } from '../hosts.ts';

/** ProbeWorld on a real server. */
export function createProbeWorld(
  o: { hosts: Hosts; servers: ServerStore; clock: Clock; changed: () => void },
  serverId: string,
): ProbeWorld {
  const { hosts, servers, clock } = o;
  const get = () => servers.get(serverId);
  return {
    clock,
    server: get,
    resolve: async () => resolveName((await get()).host),
    reachPort: async (wait) => {
      const server = await get();
      // Behind a jump host the port is only reachable through it; reading the host key proves it.
      if (server.jumpServerId !== null) return;
      (await openSocket(server, wait)).destroy();
    },
    readHostKey: async (wait) => {
      const target = await hosts.target(serverId);
      return hosts.connections.readHostKey(target, wait);
    },
    login: async (wait) => {
      await hosts.connections.forget(serverId);
      return hosts.connect(serverId, AbortSignal.any([wait.signal, AbortSignal.timeout(wait.timeoutMs)]));
    },
    probe: (transport) => createHostProbe(transport, clock, discoverInstances),
    makeStateDirectory: async (transport, wait) => {
      const known = (await get()).stateDirectory;
      const state = known === null ? await chooseHostState(transport, wait) : null;
      const directory = known ?? state?.directory ?? '';
      const runAs = directory.startsWith('/var/lib/') ? { runAs: 'root' } : {};
      await transport.require({ argv: ['mkdir', '-p', '-m', '0700', directory], ...runAs }, wait);
      return directory;
    },
    saveCheck: async (row, result) => {
      await servers.saveCheck(serverId, row, result);
      o.changed();
    },
    saveFacts: (facts) => servers.saveFacts(serverId, facts),
    saveOffer: (offer) =>
      servers.update(serverId, {
        offeredHostKey: offer.key,
        offeredHostKeyType: offer.type,
        offeredHostKeyFingerprint: offer.fingerprint,
      }),
    saveStateDirectory: (stateDirectory) => servers.update(serverId, { stateDirectory }),
    setVerified: async (verified) => {
      await servers.update(serverId, { status: verified ? 'verified' : 'draft' });
      o.changed();
    },
  };
}

async function resolveName(host: string): Promise<string[]> {
  try {
    return (await dns.lookup(host, { all: true })).map((a) => a.address);
  } catch (cause) {
    throw new AppError('SSH_NAME_NOT_RESOLVED', {
      message: `the name ${host} cannot be resolved`,
      hint: 'Check the spelling, or give the address itself.',
      data: { host, command: `getent hosts ${host}` },
      cause,
    });
  }
}

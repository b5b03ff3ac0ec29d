import { createHostSetup } from '#server/adapters/hosts/host-setup.ts';
import { installKeyWithPassword } from '#server/adapters/ssh/install-key.ts';
import { registerOperation, type RegisteredOperation } from '#server/engine/work-on-operation.ts';
import { AppError } from '#server/errors/app-error.ts';
import { examineNetwork } from '#server/operations/examine-network/examine-network.ts';
import { installKey } from '#server/operations/install-key.ts';
import { planPrepareHost } from '#server/operations/plan-prepare-host/plan-prepare-host.ts';
import { prepareHost } from '#server/operations/prepare-host/prepare-host.ts';
import { probeHost } from '#server/operations/probe-host/probe-host.ts';
import { removeServer } from '#server/operations/remove-server/remove-server.ts';
import { networkNode } from './network-node.ts';
import { closing, secretIsThere, type OperationParts } from './operation-parts.ts';
import { createProbeWorld } from './probe-world.ts';
import { createRemoveServerWorld } from './remove-server-world.ts';
import { unless } from './unless.ts';

/** Operations on servers themselves, not on what runs there. */
export function serverOperations(p: OperationParts): RegisteredOperation[] {
  return [
    registerOperation(probeHost, (o) => {
      const serverId = requireServer(o.serverId);
      return Promise.resolve(
        closing(createProbeWorld({ ...p, changed: () => p.serverChanged(serverId) }, serverId)),
      );
    }),
    registerOperation(installKey, (o) =>
      Promise.resolve(closing(installKeyWorld(p, requireServer(o.serverId)))),
    ),
    registerOperation(removeServer, (o) =>
      Promise.resolve(closing(createRemoveServerWorld(p, requireServer(o.serverId)))),
    ),
    registerOperation(examineNetwork, async (o) => {
      const { primary, standby } = examineNetwork.parseInput(o.input);
      const [one, two] = await Promise.all([networkNode(p.hosts, primary), networkNode(p.hosts, standby)]);
      return closing({ clock: p.clock, primary: one, standby: two });
    }),
    registerOperation(planPrepareHost, async (o) =>
      closing({ ...(await hostSetupWorld(p, requireServer(o.serverId), null)), ids: p.ids }),
    ),
    registerOperation(prepareHost, async (o, lease) =>
      closing(await hostSetupWorld(p, requireServer(o.serverId), lease.token)),
    ),
  ];
}

/** A server as it is prepared: fenced by the run's token, without one only looked at. */
async function hostSetupWorld(p: OperationParts, serverId: string, token: bigint | null) {
  const fence = token === null ? null : { resource: `host-${serverId}`, token };
  return { clock: p.clock, setup: createHostSetup(await p.hosts.ways(serverId, fence)) };
}

function installKeyWorld(p: OperationParts, serverId: string) {
  return {
    keyLogsIn: async ({ signal }: { signal: AbortSignal }) => {
      await p.hosts.connections.forget(serverId);
      const login = p.hosts.connect(serverId, signal).then(() => true);
      return unless('SSH_LOGIN_REFUSED', () => false, login);
    },
    install: async (passwordId: string, wait: { signal: AbortSignal; timeoutMs: number }) => {
      const server = await p.servers.get(serverId);
      const target = await p.hosts.target(serverId);
      await installKeyWithPassword(
        p.hosts.connections,
        target,
        await p.secrets.get(passwordId),
        server.publicKey,
        wait,
      );
    },
    hasPassword: (passwordId: string) => secretIsThere(p.secrets, passwordId),
    forgetPassword: (passwordId: string) => p.secrets.remove(passwordId),
  };
}

function requireServer(serverId: string | null): string {
  if (serverId !== null) return serverId;
  throw new AppError('ASSERTION', { message: 'the operation names no server' });
}

import { createHostSetup } from '#server/adapters/hosts/host-setup.ts';
import { installKeyWithPassword } from '#server/adapters/ssh/install-key.ts';
import { registerOperation, type RegisteredOperation } from '#server/engine/work-on-operation.ts';
import { AppError } from '#server/errors/app-error.ts';
import { adoptPair } from '#server/operations/adopt-pair/adopt-pair.ts';
import type { ChangeInput } from '#server/operations/change/input.ts';
import { checkHooks } from '#server/operations/check-hooks/check-hooks.ts';
import { examineNetwork } from '#server/operations/examine-network/examine-network.ts';
import { failover } from '#server/operations/failover/failover.ts';
import { encryptReplication } from '#server/operations/encrypt-replication/encrypt-replication.ts';
import { fenceNode } from '#server/operations/fence-node/fence-node.ts';
import { installKey } from '#server/operations/install-key.ts';
import { endSessions } from '#server/operations/end-sessions/end-sessions.ts';
import { detachStandby } from '#server/operations/detach-standby/detach-standby.ts';
import { openPrimary } from '#server/operations/open-primary/open-primary.ts';
import { setReplay } from '#server/operations/set-replay/set-replay.ts';
import { dropSlot } from '#server/operations/drop-slot/drop-slot.ts';
import { makeContainer } from '#server/operations/make-container/make-container.ts';
import { planContainer } from '#server/operations/make-container/plan-container.ts';
import { planAdopt } from '#server/operations/plan-adopt/plan-adopt.ts';
import { planPrepareHost } from '#server/operations/plan-prepare-host/plan-prepare-host.ts';
import { planRemoval } from '#server/operations/plan-removal/plan-removal.ts';
import { planSetup } from '#server/operations/plan-setup/plan-setup.ts';
import { probeHost } from '#server/operations/probe-host/probe-host.ts';
import { prepareHost } from '#server/operations/prepare-host/prepare-host.ts';
import { preparePair } from '#server/operations/prepare-pair/prepare-pair.ts';
import { rehearse } from '#server/operations/rehearse/rehearse.ts';
import { rejoin } from '#server/operations/rejoin/rejoin.ts';
import { removeServer } from '#server/operations/remove-server/remove-server.ts';
import { removePair } from '#server/operations/remove-pair/remove-pair.ts';
import type { SetupInput } from '#server/operations/setup-standby/input.ts';
import { setupStandby } from '#server/operations/setup-standby/setup-standby.ts';
import { placeStartGate } from '#server/operations/start-gate/start-gate.ts';
import { switchover } from '#server/operations/switchover/switchover.ts';
import type { Ids } from '#server/ports/clock.ts';
import type { PairInventory } from '#server/ports/inventory.ts';
import type { Lease } from '#server/ports/operation-store.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import { openChangeWorld, type ChangeParts } from './change-world.ts';
import { createRemoveServerWorld } from './remove-server-world.ts';
import { networkNode } from './network-node.ts';
import { createProbeWorld } from './probe-world.ts';
import { unless } from './unless.ts';

export interface OperationParts extends ChangeParts {
  servers: ServerStore;
  secrets: SecretStore;
  inventory: PairInventory;
  ids: Ids;
  pairNameIsTaken: (name: string) => Promise<boolean>;
  serverChanged: (serverId: string) => void;
}

    registerOperation(encryptReplication, async (o, lease) => ({
      ...(await pairWorld(p, encryptReplication.parseInput(o.input), lease.token)),
      ...secretsOf(p.secrets),
    })),
/** The world is opened for one run and has nothing of its own to close: connections are the process's. */
const closing = <W extends object>(world: W): W & { close(): Promise<void> } => ({
  ...world,
  close: () => Promise.resolve(),
});

/** Every operation that this worker can run, with its real world. */
export function registerOperations(p: OperationParts): Map<string, RegisteredOperation> {
  const planning = {
    clock: p.clock,
    ids: p.ids,
    servers: () => p.servers.list(),
    pairNameIsTaken: p.pairNameIsTaken,
    secret: (id: string) => p.secrets.get(id),
    host: (serverId: string) => p.hosts.access(serverId, null),
  };
  const all = [
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
    registerOperation(planSetup, () => Promise.resolve(closing(planning))),
    registerOperation(planAdopt, () => Promise.resolve(closing(planning))),
    registerOperation(setupStandby, (o, lease) =>
      pairWorld(p, setupStandby.parseInput(o.input), lease.token),
    ),
    registerOperation(adoptPair, (o, lease) => pairWorld(p, adoptPair.parseInput(o.input), lease.token)),
    registerOperation(switchover, (o, lease) => changeWorld(p, switchover.parseInput(o.input), o, lease)),
    registerOperation(preparePair, (o, lease) => pairWorld(p, preparePair.parseInput(o.input), lease.token)),
    registerOperation(placeStartGate, (o, lease) =>
      pairWorld(p, placeStartGate.parseInput(o.input), lease.token),
    ),
    registerOperation(setReplay, (o, lease) => pairWorld(p, setReplay.parseInput(o.input), lease.token)),
    registerOperation(openPrimary, (o, lease) => pairWorld(p, openPrimary.parseInput(o.input), lease.token)),
    registerOperation(rehearse, (o, lease) => changeWorld(p, rehearse.parseInput(o.input), o, lease)),
    registerOperation(failover, (o, lease) => changeWorld(p, failover.parseInput(o.input), o, lease)),
    registerOperation(rejoin, (o, lease) => changeWorld(p, rejoin.parseInput(o.input), o, lease)),
    registerOperation(detachStandby, (o, lease) =>
      changeWorld(p, detachStandby.parseInput(o.input), o, lease),
    ),
    registerOperation(fenceNode, (o, lease) => changeWorld(p, fenceNode.parseInput(o.input), o, lease)),
    registerOperation(checkHooks, (o, lease) => {
      const { pairId } = checkHooks.parseInput(o.input);
      const run = { operationId: o.id, pairId, token: lease.token };
      return Promise.resolve(closing({ hooks: p.hooks.open(run), clock: p.clock }));
    }),
    registerOperation(planContainer, () => Promise.resolve(closing(planning))),
    registerOperation(makeContainer, async (o, lease) => {
      const input = makeContainer.parseInput(o.input);
      const fence = { resource: input.instanceId, token: lease.token };
      const [from, to] = [
        await p.hosts.access(input.from.serverId, null),
        await p.hosts.access(input.to.serverId, fence),
      ];
      const { runtime } = to.node(input.location);
      return closing({ clock: p.clock, from: from.containers, to: to.containers, probe: to.probe, runtime });
    }),
    registerOperation(planRemoval, () => Promise.resolve(closing(planning))),
    registerOperation(removePair, async (o, lease) => ({
      ...(await pairWorld(p, removePair.parseInput(o.input), lease.token)),
      ...secretsOf(p.secrets),
    })),
    registerOperation(endSessions, async (o, lease) => {
      const { serverId, instanceId, location } = endSessions.parseInput(o.input).node;
      const fence = { resource: `sessions-${instanceId}`, token: lease.token };
      return closing({ node: (await p.hosts.access(serverId, fence)).node(location) });
    }),
    registerOperation(dropSlot, async (o, lease) => {
      const { serverId, instanceId, location } = dropSlot.parseInput(o.input).node;
      const access = await p.hosts.access(serverId, { resource: instanceId, token: lease.token });
      return closing({ node: access.node(location), clock: p.clock });
    }),
  ];
  return new Map(all.map((o) => [o.kind, o]));
}

function changeWorld(p: OperationParts, input: ChangeInput, { id }: { id: string }, { token }: Lease) {
  return openChangeWorld(p, input, { operationId: id, pairId: input.pairId, token });
}

type Sides = Record<
  'primary' | 'standby',
  Pick<SetupInput['primary'], 'serverId' | 'instanceId' | 'location'>
>;

async function pairWorld(p: OperationParts, input: Sides, token: bigint) {
  const node = async (side: 'primary' | 'standby') => {
    const { serverId, instanceId, location } = input[side];
    return (await p.hosts.access(serverId, { resource: instanceId, token })).node(location);
  };
  return closing({
    primary: await node('primary'),
    standby: await node('standby'),
    inventory: p.inventory,
    clock: p.clock,
    secret: (id: string) => p.secrets.get(id),
  });
}

/** A server as it is prepared: fenced by the run's token, without one only looked at. */
async function hostSetupWorld(p: OperationParts, serverId: string, token: bigint | null) {
  const fence = token === null ? null : { resource: `host-${serverId}`, token };
  return { clock: p.clock, setup: createHostSetup(await p.hosts.ways(serverId, fence)) };
}

const isThere = (secrets: SecretStore, id: string): Promise<boolean> =>
  unless(
    'NOT_FOUND',
    () => false,
    secrets.get(id).then(() => true),
  );

/** Whether a secret is still there, and its end. */
function secretsOf(secrets: SecretStore) {
  return {
    secretExists: (id: string) => isThere(secrets, id),
    forgetSecret: (id: string) => secrets.remove(id),
  };
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
    hasPassword: (passwordId: string) => isThere(p.secrets, passwordId),
    forgetPassword: (passwordId: string) => p.secrets.remove(passwordId),
  };
}

function requireServer(serverId: string | null): string {
  if (serverId !== null) return serverId;
  throw new AppError('ASSERTION', { message: 'the operation names no server' });
}

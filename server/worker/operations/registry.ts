import { registerOperation, type RegisteredOperation } from '#server/engine/work-on-operation.ts';
import { adoptPair } from '#server/operations/adopt-pair/adopt-pair.ts';
import type { InstanceLocation } from '#server/domain/instance-location.ts';
import type { ChangeInput } from '#server/operations/change/input.ts';
import { checkHooks } from '#server/operations/check-hooks/check-hooks.ts';
import { examineDraft } from '#server/operations/examine-network/examine-draft.ts';
import { failover } from '#server/operations/failover/failover.ts';
import { fenceNode } from '#server/operations/fence-node/fence-node.ts';
import { endSessions } from '#server/operations/end-sessions/end-sessions.ts';
import { detachStandby } from '#server/operations/detach-standby/detach-standby.ts';
import { openPrimary } from '#server/operations/open-primary/open-primary.ts';
import { encryptReplication } from '#server/operations/encrypt-replication/encrypt-replication.ts';
import { setReplay } from '#server/operations/set-replay/set-replay.ts';
import { dropSlot } from '#server/operations/drop-slot/drop-slot.ts';
import { makeContainer } from '#server/operations/make-container/make-container.ts';
import { planContainer } from '#server/operations/make-container/plan-container.ts';
import { planAdopt } from '#server/operations/plan-adopt/plan-adopt.ts';
import { planRemoval } from '#server/operations/plan-removal/plan-removal.ts';
import { planSetup } from '#server/operations/plan-setup/plan-setup.ts';
import { preparePair } from '#server/operations/prepare-pair/prepare-pair.ts';
import { rehearse } from '#server/operations/rehearse/rehearse.ts';
import { rejoin } from '#server/operations/rejoin/rejoin.ts';
import { planReleaseSettings } from '#server/operations/release-settings/plan-release-settings.ts';
import { releaseSettings } from '#server/operations/release-settings/release-settings.ts';
import { removePair } from '#server/operations/remove-pair/remove-pair.ts';
import type { SetupInput } from '#server/operations/setup-standby/input.ts';
import { setupStandby } from '#server/operations/setup-standby/setup-standby.ts';
import { placeStartGate } from '#server/operations/start-gate/start-gate.ts';
import { switchover } from '#server/operations/switchover/switchover.ts';
import type { Lease } from '#server/ports/operation-store.ts';
import type { SecretStore } from '#server/ports/secret-store.ts';
import { openChangeWorld } from './change-world.ts';
import { networkNode } from './network-node.ts';
import { closing, secretIsThere, type OperationParts } from './operation-parts.ts';
import { serverOperations } from './server-operations.ts';

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
    ...serverOperations(p),
    ...nodeOperations(p),
    registerOperation(planSetup, () => Promise.resolve(closing(planning))),
    registerOperation(planAdopt, () => Promise.resolve(closing(planning))),
    registerOperation(examineDraft, () =>
      Promise.resolve(
        closing({
          ...planning,
          networkNode: (serverId: string, location: InstanceLocation) =>
            networkNode(p.hosts, { serverId, location }),
        }),
      ),
    ),
    registerOperation(setupStandby, (o, lease) =>
      pairWorld(p, setupStandby.parseInput(o.input), lease.token),
    ),
    registerOperation(adoptPair, (o, lease) => pairWorld(p, adoptPair.parseInput(o.input), lease.token)),
    registerOperation(switchover, (o, lease) => changeWorld(p, switchover.parseInput(o.input), o, lease)),
    registerOperation(preparePair, (o, lease) => pairWorld(p, preparePair.parseInput(o.input), lease.token)),
    registerOperation(placeStartGate, (o, lease) =>
      pairWorld(p, placeStartGate.parseInput(o.input), lease.token),
    ),
    registerOperation(encryptReplication, async (o, lease) => ({
      ...(await pairWorld(p, encryptReplication.parseInput(o.input), lease.token)),
      ...secretsOf(p.secrets),
    })),
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
    registerOperation(planReleaseSettings, () => Promise.resolve(closing(planning))),
    registerOperation(planRemoval, () => Promise.resolve(closing(planning))),
    registerOperation(removePair, async (o, lease) => ({
      ...(await pairWorld(p, removePair.parseInput(o.input), lease.token)),
      ...secretsOf(p.secrets),
    })),
  ];
  return new Map(all.map((o) => [o.kind, o]));
}

/** Operations on one instance or one container. */
function nodeOperations(p: OperationParts): RegisteredOperation[] {
  return [
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
    registerOperation(releaseSettings, async (o, lease) => {
      const { node, pair } = releaseSettings.parseInput(o.input);
      const fence = { resource: node.instanceId, token: lease.token };
      const own = await p.hosts.access(node.serverId, fence);
      const partner = pair === null ? null : await p.hosts.access(pair.partner.serverId, null);
      return closing({
        clock: p.clock,
        compose: own.compose,
        node: own.node(node.location),
        partner: partner === null || pair === null ? null : partner.node(pair.partner.location),
      });
    }),
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

/** Whether a secret is still there, and its end. */
function secretsOf(secrets: SecretStore) {
  return {
    secretExists: (id: string) => secretIsThere(secrets, id),
    forgetSecret: (id: string) => secrets.remove(id),
  };
}

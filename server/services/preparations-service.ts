import type { HostWish } from '#server/domain/host-wish.ts';
import { planPrepareHost } from '#server/operations/plan-prepare-host/plan-prepare-host.ts';
import { parsePrepareHost } from '#server/operations/prepare-host/input.ts';
import { prepareHost } from '#server/operations/prepare-host/prepare-host.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { ServerStore } from '#server/ports/server-store.ts';
import { askForPlan, stalePlan, takePlan } from './made-plan.ts';
import type { Actor, HostWishRequest, PreparationRequest, Services } from './services.ts';
import type { StartDeps } from './start-operation.ts';

export interface PreparationsDeps extends StartDeps {
  servers: ServerStore;
  audit: AuditLog;
}

/** Making a server ready: a plan first, then exactly that plan. */
export function createPreparationsService(deps: PreparationsDeps): Services['preparations'] {
  return {
    plan: async (serverId, request, key, actor) => {
      const { name } = await deps.servers.get(serverId);
      const input = { serverId, serverName: name, wish: await wishOf(deps, request) };
      const o = { actor, serverId, idempotencyKey: `plan-prepare-host:${serverId}:${key}` };
      return askForPlan(deps, planPrepareHost as never, input as never, o);
    },
    start: (request, actor) => start(deps, request, actor),
  };
}

/** A server of the inventory goes by the address that Tandem has for it. */
async function wishOf({ servers }: PreparationsDeps, request: HostWishRequest): Promise<HostWish> {
  const { firewall, ...wish } = request;
  if (firewall === null) return { ...wish, firewall: null };
  const { port, serverId, address } = firewall;
  if (serverId === null) return { ...wish, firewall: { port, from: address ?? '', fromName: address ?? '' } };
  const peer = await servers.get(serverId);
  return { ...wish, firewall: { port, from: address ?? peer.host, fromName: peer.name } };
}

async function start(deps: PreparationsDeps, request: PreparationRequest, actor: Actor): Promise<string> {
  const { plan, input } = await takePlan(deps, planPrepareHost.kind, request);
  const preparation = parsePrepareHost(input);
  const { serverId, serverName } = preparation;
  if (serverId !== request.serverId) throw stalePlan();
  const { id, existed } = await deps.store.create({
    id: deps.ids.newId(),
    kind: prepareHost.kind,
    version: prepareHost.version,
    plan,
    pairId: null,
    serverId,
    input: preparation,
    startedBy: actor.name,
    idempotencyKey: `prepare-host:${request.planId}`,
    locks: [`host-${serverId}`],
  });
  if (!existed)
    await deps.audit.append({
      actor: actor.name,
      action: 'server-preparation-started',
      target: serverName,
      details: {
        operationId: id,
        planHash: plan.hash,
        steps: plan.steps.map((step) => step.name).join(', '),
      },
    });
  await deps.queue.wake(id);
  return id;
}

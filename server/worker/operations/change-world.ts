import type { ChangeNode } from '#server/operations/change/world.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { Fences } from '#server/ports/fences.ts';
import type { PairRoles } from '#server/ports/inventory.ts';
import type { Losses } from '#server/ports/losses.ts';
import type { RejoinWorld } from '#server/operations/rejoin/world.ts';
import type { Hosts } from '../hosts.ts';
import type { NodeSessions, SessionMember } from '../node-sessions.ts';
import type { WorkerRoutes } from '../routes.ts';
import type { HookRun, WorkerHooks } from './hook-calls.ts';

export interface ChangeParts {
  hosts: Hosts;
  sessions: NodeSessions;
  roles: PairRoles;
  fences: Fences;
  losses: Losses;
  hooks: WorkerHooks;
  routes: WorkerRoutes;
  clock: Clock;
}

const TAKE_MS = 5_000;

/**
 * The first guarded command writes the token on the host: better now than inside the outage, and an
 * older run is shut out from here. Nobody waits for it, and a host that is away is none of its business.
 */
function takeFence(node: ChangeNode): void {
  const { dataDirectory } = node.runtime.location;
  node.files.disk(dataDirectory, { signal: AbortSignal.timeout(TAKE_MS) }).catch(() => undefined);
}

/** Every change's world on real servers. In a run everything that changes a host is fenced by its token. */
export async function openChangeWorld(
  p: ChangeParts,
  pins: { oldPrimary: SessionMember; newPrimary: SessionMember },
  run: HookRun | null,
): Promise<RejoinWorld & { close(): Promise<void> }> {
  const open = async (member: SessionMember): Promise<ChangeNode & { release: () => void }> => {
    const fence = run === null ? null : { resource: member.instanceId, token: run.token };
    const access = await p.hosts.access(member.serverId, fence);
    return { ...access.node(member.location), ...p.sessions.take(member) };
  };
  const [oldPrimary, newPrimary] = await Promise.all([open(pins.oldPrimary), open(pins.newPrimary)]);
  if (run !== null) for (const node of [oldPrimary, newPrimary]) takeFence(node);
  return {
    oldPrimary,
    newPrimary,
    roles: p.roles,
    fences: p.fences,
    losses: p.losses,
    hooks: p.hooks.open(run),
    routes: p.routes.open(pins.oldPrimary, run?.token ?? null),
    clock: p.clock,
    close: () => {
      oldPrimary.release();
      newPrimary.release();
      return Promise.resolve();
    },
  };
}

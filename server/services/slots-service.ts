import { AppError } from '#server/errors/app-error.ts';
import { dropSlot, type DropSlotInput } from '#server/operations/drop-slot/drop-slot.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { PairFacts, PairFactsReader } from '#server/ports/pair-facts.ts';
import { ownSlotOf } from './made-for-pair.ts';
import type { Actor, DropSlotRequest, PairView, Services, SlotView } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface SlotsDeps extends StartDeps {
  pairs: Pick<Services['pairs'], 'list' | 'get'>;
  facts: PairFactsReader;
  audit: AuditLog;
}

/** Replication slots as the last samples show them, and the end of one that nobody reads from. */
export function createSlotsService(deps: SlotsDeps): Services['slots'] {
  return {
    list: async () => {
      const views: SlotView[] = [];
      for (const pair of await deps.pairs.list()) {
        const facts = await deps.facts.get(pair.id);
        views.push(...slotsOf(pair, facts));
      }
      return views;
    },
    drop: (request, actor) => drop(deps, request, actor),
  };
}

function slotsOf(pair: PairView, facts: PairFacts): SlotView[] {
  return (['primary', 'standby'] as const).flatMap((role) => {
    const sample = pair.sample?.[role];
    if (sample === undefined || !sample.reachable) return [];
    return sample.slots.map((slot) => ({
      ...slot,
      pairId: pair.id,
      pairName: pair.name,
      role,
      serverName: pair[role].serverName,
      ours: slot.name === ownSlotOf(facts),
      sampledAtMs: sample.takenAtMs,
    }));
  });
}

async function drop(deps: SlotsDeps, request: DropSlotRequest, actor: Actor): Promise<string> {
  const facts = await deps.facts.get(request.pairId);
  const ours = request.slotName === ownSlotOf(facts);
  requireTyped(request, ours);
  const input: DropSlotInput = {
    pairId: facts.pairId,
    pairName: facts.name,
    node: facts[request.role],
    slotName: request.slotName,
    restartLsn: request.restartLsn,
    ours,
    foreignTyped: !ours,
    reason: request.reason,
  };
  const { slotName, role, restartLsn, reason } = request;
  return startOperation(deps, dropSlot, input, {
    actor,
    serverId: null,
    pairId: facts.pairId,
    idempotencyKey: request.idempotencyKey,
    locks: [facts[role].instanceId],
    record: (operationId) =>
      deps.audit.append({
        actor: actor.name,
        action: 'slot-drop-started',
        target: slotName,
        details: { operationId, server: facts[role].serverName, restartLsn, ours, reason },
        pairId: facts.pairId,
      }),
  });
}

function requireTyped(request: DropSlotRequest, ours: boolean): void {
  const typed = ours ? request.confirmation : request.foreignName;
  if (typed?.trim() === request.slotName) return;
  throw new AppError('INVALID_INPUT', {
    message: ours
      ? `confirmation: type ${request.slotName} to confirm`
      : `confirmation: ${request.slotName} is not a slot of Tandem; type its name as a foreign one`,
    hint: 'WAL that only this slot holds is removed with it.',
    data: { field: 'confirmation', word: request.slotName, ours },
  });
}

import { AppError } from '#server/errors/app-error.ts';
import type { Plan } from '#server/domain/plan.ts';
import { planRemoval } from '#server/operations/plan-removal/plan-removal.ts';
import {
  parseRemoveInput,
  type RemovalKeep,
  type RemoveInput,
} from '#server/operations/remove-pair/input.ts';
import { removePair } from '#server/operations/remove-pair/remove-pair.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { PairFacts, PairFactsReader } from '#server/ports/pair-facts.ts';
import { ownRolesOf, ownSlotOf } from './made-for-pair.ts';
import { askForPlan, stalePlan, takePlan } from './made-plan.ts';
import type { Actor, RemovalRequest, Services } from './services.ts';
import type { StartDeps } from './start-operation.ts';

export interface RemovalsDeps extends StartDeps {
  facts: PairFactsReader;
  audit: AuditLog;
}

/** Letting go of a pair: a plan first, then exactly that plan. */
export function createRemovalsService(deps: RemovalsDeps): Services['removals'] {
  return {
    plan: async (pairId, keep, key, actor) => {
      const removal = removalOf(await deps.facts.get(pairId), keep);
      const o = { actor, serverId: null, idempotencyKey: `plan-removal:${pairId}:${keep}:${key}` };
      return askForPlan(deps, planRemoval as never, { removal } as never, o);
    },
    start: (request, actor) => start(deps, request, actor),
  };
}

async function start(deps: RemovalsDeps, request: RemovalRequest, actor: Actor): Promise<string> {
  const { plan, input } = await takePlan(deps, planRemoval.kind, request);
  const removal = { ...parseRemoveInput(input), reason: request.reason };
  if (removal.pairId !== request.pairId) throw stalePlan();
  requireTyped(plan, request.confirmation);
  const { id, existed } = await deps.store.create({
    id: deps.ids.newId(),
    kind: removePair.kind,
    version: removePair.version,
    plan,
    pairId: removal.pairId,
    serverId: null,
    input: removal,
    startedBy: actor.name,
    idempotencyKey: `remove:${request.planId}`,
    locks: [removal.primary.instanceId, removal.standby.instanceId],
  });
  if (!existed) {
    await deps.audit.append({
      actor: actor.name,
      action: 'pair-removal-started',
      target: removal.pairName,
      details: {
        operationId: id,
        keep: removal.keep,
        planHash: plan.hash,
        typed: request.confirmation,
        reason: request.reason,
      },
      pairId: removal.pairId,
    });
  }
  await deps.queue.wake(id);
  return id;
}

/** What is recorded about the pair, as the operation takes it. */
function removalOf(facts: PairFacts, keep: RemovalKeep): RemoveInput {
  const roles = ownRolesOf(facts);
  const unknown = facts.replicationRole !== null && roles.replication === null;
  if (keep !== 'all' && (unknown || facts.madeWith.length === 0)) throw notRecorded(facts.name);
  return {
    pairId: facts.pairId,
    pairName: facts.name,
    keep,
    synchronous: facts.mode === 'synchronous',
    systemIdentifier: facts.systemIdentifier,
    primary: facts.primary,
    standby: facts.standby,
    hbaFiles: { primary: '', standby: '' },
    slotName: ownSlotOf(facts),
    followsAs: facts.slotName,
    roles,
    secretIds: secretIdsOf(facts, roles),
    reason: null,
  };
}

function secretIdsOf(facts: PairFacts, roles: RemoveInput['roles']): string[] {
  const all = [facts.monitor.secretId, ...Object.values(roles).map((role) => role?.secretId ?? '')];
  return [...new Set(all.filter((id) => id !== ''))];
}

function requireTyped({ confirmation }: Plan, typed: string | null): void {
  if (confirmation === null || typed?.trim() === confirmation.word) return;
  throw new AppError('INVALID_INPUT', {
    message: `confirmation: type ${confirmation.word} to confirm`,
    hint: confirmation.reason.en,
    data: { field: 'confirmation', word: confirmation.word },
  });
}

function notRecorded(name: string): AppError {
  return new AppError('GATE_FAILED', {
    message: `what Tandem made for ${name} is not recorded any more`,
    hint: 'Remove the pair and leave the servers as they are.',
  });
}

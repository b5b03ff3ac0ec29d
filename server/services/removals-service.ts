import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import type { Plan } from '#server/domain/plan.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';
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
import { operationView } from './operation-view.ts';
import type { Actor, RemovalRequest, Services } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface RemovalsDeps extends StartDeps {
  facts: PairFactsReader;
  audit: AuditLog;
}

/** A plan that is older was made of a world that may be another one now. */
const PLAN_VALID_MS = 15 * 60_000;

/** Letting go of a pair: a plan first, then exactly that plan. */
export function createRemovalsService(deps: RemovalsDeps): Services['removals'] {
  return {
    plan: async (pairId, keep, key, actor) => {
      const removal = removalOf(await deps.facts.get(pairId), keep);
      const o = { actor, serverId: null, idempotencyKey: `plan-removal:${pairId}:${keep}:${key}` };
      const id = await startOperation(deps, planRemoval as never, { removal } as never, o);
      const made = await deps.store.load(id);
      if (made === null || !(isTerminal(made.status) || made.status === 'needs-attention'))
        return { state: 'making', operationId: id };
      if (made.status !== 'succeeded')
        return { state: 'failed', operation: operationView(made, deps.clock.nowMs()) };
      return { state: 'ready', plan: planOf(made).plan, planId: id };
    },
    start: (request, actor) => start(deps, request, actor),
  };
}

async function start(deps: RemovalsDeps, request: RemovalRequest, actor: Actor): Promise<string> {
  const made = await deps.store.load(request.planId);
  if (made === null || made.kind !== planRemoval.kind || made.status !== 'succeeded') throw stale();
  const { plan, input } = planOf(made);
  const removal = { ...parseRemoveInput(input), reason: request.reason };
  if (removal.pairId !== request.pairId || plan.hash !== request.planHash) throw stale();
  if (deps.clock.nowMs() - plan.madeAtMs > PLAN_VALID_MS) throw stale();
  requireOpenGates(plan);
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

const zOutput = z.object({ plan: z.custom<Plan>(), input: z.record(z.string(), z.unknown()) });

function planOf(o: StoredOperation): z.infer<typeof zOutput> {
  return zOutput.parse(o.attempts.findLast((attempt) => attempt.status === 'done')?.output);
}

function requireOpenGates(plan: Plan): void {
  const shut = plan.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown');
  if (shut.length === 0) return;
  throw new AppError('GATE_FAILED', {
    message: shut.map((gate) => gate.title.en).join('; '),
    detail: shut.map((gate) => gate.detail.en).join('; '),
    hint: 'Mend what blocks, or leave the servers as they are.',
  });
}

function requireTyped({ confirmation }: Plan, typed: string | null): void {
  if (confirmation === null || typed?.trim() === confirmation.word) return;
  throw new AppError('INVALID_INPUT', {
    message: `confirmation: type ${confirmation.word} to confirm`,
    hint: confirmation.reason.en,
    data: { field: 'confirmation', word: confirmation.word },
  });
}

function stale(): AppError {
  return new AppError('STALE_VIEW', {
    message: 'this plan is not valid any more',
    hint: 'Look at the new plan, then confirm that one.',
  });
}

function notRecorded(name: string): AppError {
  return new AppError('GATE_FAILED', {
    message: `what Tandem made for ${name} is not recorded any more`,
    hint: 'Remove the pair and leave the servers as they are.',
  });
}

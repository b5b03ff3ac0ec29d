import { AppError } from '#server/errors/app-error.ts';
import type { Plan } from '#server/domain/plan.ts';
import { Secret } from '#server/domain/secret.ts';
import { adoptPair } from '#server/operations/adopt-pair/adopt-pair.ts';
import { setupStandby } from '#server/operations/setup-standby/setup-standby.ts';
import type { StoredDraft } from '#server/ports/draft-store.ts';
import type { NewOperation } from '#server/ports/operation-store.ts';
import type { DraftsDeps } from './drafts-deps.ts';
import type { Actor } from './services.ts';

export interface Approval {
  draft: StoredDraft;
  planId: string;
  planHash: string;
  confirmation: string | null;
  actor: Actor;
  made: { plan: Plan; input: Record<string, unknown> };
}

const PASSWORD_BYTES = 32;

type Start = Pick<NewOperation, 'kind' | 'version' | 'input' | 'pairId' | 'locks'>;

/** Starts exactly the plan that the person saw; a second click lands on the first run. */
export async function approvePlan(deps: DraftsDeps, a: Approval): Promise<string> {
  const { plan, input } = a.made;
  if (a.draft.operationId !== null) return a.draft.operationId;
  requireUnchanged(a);
  requireConfirmation(plan, a.confirmation);
  const made: string[] = [];
  const newPassword = async (role: string): Promise<string> => {
    const id = await deps.secrets.put(
      `password of the role ${role}`,
      new Secret(deps.ids.randomText(PASSWORD_BYTES)),
    );
    made.push(id);
    return id;
  };
  const start: Start =
    plan.operation === adoptPair.kind
      ? await adoptStart(input, newPassword)
      : await setupStart(input, newPassword);
  try {
    const { id, existed } = await deps.store.create({
      id: deps.ids.newId(),
      ...start,
      plan,
      serverId: null,
      startedBy: a.actor.name,
      idempotencyKey: `approve:${a.planId}`,
    });
    if (existed) await forget(deps, made);
    await deps.drafts.setOperation(a.draft.id, id);
    await deps.audit.append({
      actor: a.actor.name,
      action: 'plan-approved',
      target: plan.title.en,
      details: { operationId: id, planHash: plan.hash, confirmation: a.confirmation },
      pairId: start.pairId,
    });
    await deps.queue.wake(id);
    return id;
  } catch (thrown) {
    await forget(deps, made);
    throw thrown;
  }
}

async function setupStart(raw: unknown, newPassword: (role: string) => Promise<string>): Promise<Start> {
  const input = setupStandby.parseInput(raw);
  for (const role of [input.roles.replication, input.roles.rewind, input.roles.monitor]) {
    role.secretId = await newPassword(role.name);
  }
  return {
    kind: setupStandby.kind,
    version: setupStandby.version,
    input,
    pairId: input.pairId,
    locks: [input.primary.instanceId, input.standby.instanceId],
  };
}

async function adoptStart(raw: unknown, newPassword: (role: string) => Promise<string>): Promise<Start> {
  const input = adoptPair.parseInput(raw);
  if (!input.monitorGiven) input.monitor.secretId = await newPassword(input.monitor.name);
  return {
    kind: adoptPair.kind,
    version: adoptPair.version,
    input,
    pairId: input.pairId,
    locks: [input.primary.instanceId, input.standby.instanceId],
  };
}

async function forget(deps: DraftsDeps, secretIds: readonly string[]): Promise<void> {
  for (const id of secretIds) await deps.secrets.remove(id);
}

function requireUnchanged({ made: { plan }, planHash }: Approval): void {
  if (plan.hash !== planHash) {
    throw new AppError('STALE_VIEW', {
      message: 'the plan is not the one on your screen',
      hint: 'Look at the plan again, then approve it.',
    });
  }
  const blocking = plan.gates.filter((g) => g.state === 'blocking' || g.state === 'unknown');
  if (blocking.length === 0) return;
  throw new AppError('GATE_FAILED', {
    message: blocking.map((g) => g.title.en).join('; '),
    detail: blocking.map((g) => g.detail.en).join('; '),
    hint: 'Mend what blocks, then make the plan anew.',
  });
}

function requireConfirmation({ confirmation }: Plan, typed: string | null): void {
  if (confirmation === null || typed?.trim() === confirmation.word) return;
  throw new AppError('INVALID_INPUT', {
    message: `confirmation: type ${confirmation.word} to confirm`,
    hint: confirmation.reason.en,
    data: { field: 'confirmation', word: confirmation.word },
  });
}

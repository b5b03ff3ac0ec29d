import * as z from 'zod';
import type { Plan } from '#server/domain/plan.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { AppError } from '#server/errors/app-error.ts';
import type { Operation } from '#server/engine/define-operation.ts';
import type { Json, StoredOperation } from '#server/ports/operation-store.ts';
import { operationView } from './operation-view.ts';
import type { Actor, PlanAnswer } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

/** A plan that is older was made of a world that may be another one now. */
const PLAN_VALID_MS = 15 * 60_000;
const zOutput = z.object({ plan: z.custom<Plan>(), input: z.record(z.string(), z.unknown()) });

/** Lets the worker make a plan; asked again with the same key, it answers how far that is. */
export async function askForPlan<W, O, I extends Json>(
  deps: StartDeps,
  operation: Operation<W, O, I>,
  input: I,
  o: { actor: Actor; serverId: string | null; idempotencyKey: string },
): Promise<PlanAnswer> {
  const id = await startOperation(deps, operation, input, o);
  const made = await deps.store.load(id);
  if (made === null || !(isTerminal(made.status) || made.status === 'needs-attention'))
    return { state: 'making', operationId: id };
  if (made.status !== 'succeeded')
    return { state: 'failed', operation: operationView(made, deps.clock.nowMs()) };
  return { state: 'ready', plan: planOf(made).plan, planId: id };
}

/** Exactly the plan that was shown, with its input. Rejects STALE_VIEW when it is not valid any more, GATE_FAILED. */
export async function takePlan(
  deps: StartDeps,
  kind: string,
  request: { planId: string; planHash: string },
): Promise<z.infer<typeof zOutput>> {
  const made = await deps.store.load(request.planId);
  if (made === null || made.kind !== kind || made.status !== 'succeeded') throw stalePlan();
  const taken = planOf(made);
  if (taken.plan.hash !== request.planHash) throw stalePlan();
  if (deps.clock.nowMs() - taken.plan.madeAtMs > PLAN_VALID_MS) throw stalePlan();
  requireOpenGates(taken.plan);
  return taken;
}

function planOf(o: StoredOperation): z.infer<typeof zOutput> {
  return zOutput.parse(o.attempts.findLast((attempt) => attempt.status === 'done')?.output);
}

function requireOpenGates(plan: Plan): void {
  const shut = plan.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown');
  if (shut.length === 0) return;
  throw new AppError('GATE_FAILED', {
    message: shut.map((gate) => gate.title.en).join('; '),
    detail: shut.map((gate) => gate.detail.en).join('; '),
    hint: 'Mend what blocks, then look at the plan again.',
  });
}

/** The plan on the screen is not the one that would run. */
export function stalePlan(): AppError {
  return new AppError('STALE_VIEW', {
    message: 'this plan is not valid any more',
    hint: 'Look at the new plan, then confirm that one.',
  });
}

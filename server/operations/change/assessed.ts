import { readinessOf, type Assessment } from '#server/domain/assessment.ts';
import type { GateResult } from '#server/domain/plan.ts';
import type { Operation } from '#server/engine/define-operation.ts';
import { makePlan } from '#server/engine/make-plan.ts';
import type { StoredAssessment } from '#server/ports/change-store.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { blankAssessment, type AssessmentFrame } from './blank-assessment.ts';

interface Seen<World, Observation, Input> {
  operation: Operation<World, Observation, Input>;
  world: World;
  input: Input;
  gates: GateResult[];
  /** How long writes are expected to stop, ms; default not at all. */
  outageMs?: number;
  /** What goes over the network, bytes; null = not known, default nothing. */
  networkBytes?: number | null;
}

/** A look with its plan, ready when no gate is against it, and the input that the plan describes. */
export async function assessed<World, Observation, Input>(
  frame: AssessmentFrame,
  seen: Seen<World, Observation, Input>,
  says: Partial<Assessment> = {},
): Promise<StoredAssessment> {
  const { operation, world, input, gates, outageMs = 0, networkBytes = 0 } = seen;
  const { takenAtMs } = frame;
  const facts = { gates, confirmation: null, outageMs, networkBytes, madeAtMs: takenAtMs };
  const plan = await makePlan(operation, { world, input }, facts);
  return {
    assessment: { ...blankAssessment(frame), readiness: readinessOf(gates), gates, plan, ...says },
    input: JSON.parse(JSON.stringify(input)) as Json,
  };
}

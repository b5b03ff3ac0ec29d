import { createHash } from 'node:crypto';
import type { GateResult, Plan, PlanStep } from '#server/domain/plan.ts';
import { stepsOf, type Operation, type PlanContext, type Step } from './define-operation.ts';

/** What a plan holds beside its steps; the operation's planner measures it. */
export interface PlanExtras {
  gates: GateResult[];
  confirmation: Plan['confirmation'];
  outageMs: number;
  networkBytes: number | null;
  madeAtMs: number;
}

/** Turns the table of steps into the plan that a person approves; nothing is changed by it. */
export async function makePlan<W, O, I>(
  operation: Operation<W, O, I>,
  c: PlanContext<W, I>,
  extras: PlanExtras,
): Promise<Plan> {
  const { steps, pointOfNoReturn } = stepsOf(operation, c.input);
  const rows: PlanStep[] = [];
  for (const step of steps) rows.push(await planStep(step, c));
  const times = rows.map((r) => r.expectedMs);
  return {
    operation: operation.kind,
    title: operation.title(c.input),
    hash: planHash(operation.kind, operation.version, rows),
    steps: rows,
    pointOfNoReturn,
    expectedMs: times.every((t) => t === null) ? null : times.reduce<number>((sum, t) => sum + (t ?? 0), 0),
    ...extras,
  };
}

async function planStep<W, O, I>(step: Step<W, O, I>, c: PlanContext<W, I>): Promise<PlanStep> {
  const undo = step.kind === 'mutation' ? step.undo : null;
  return {
    name: step.name,
    kind: step.kind,
    group: step.group,
    server: step.server(c),
    explain: step.explain(c),
    undo: undo !== null && 'explain' in undo ? undo.explain(c) : null,
    undoReason: undo !== null && 'nothing' in undo ? undo.nothing : null,
    actions: step.actions === undefined ? [] : await step.actions(c),
    expectedMs: step.expectedMs?.(c) ?? null,
  };
}

/** Same kind, version, steps and actions = same hash. Expected times do not count. */
export function planHash(kind: string, version: number, rows: readonly PlanStep[]): string {
  const content = rows.map((r) => [r.name, r.kind, r.server, r.explain.en, r.actions]);
  return createHash('sha256')
    .update(JSON.stringify([kind, version, content]))
    .digest('hex')
    .slice(0, 32);
}

import type { GateResult, Plan } from '#server/domain/plan.ts';
import { duration } from '../units.ts';

/** A gate as every document prints it. */
export function gateJson(gate: GateResult) {
  return {
    code: gate.code,
    state: gate.state,
    server: gate.server,
    title: gate.title.en,
    detail: gate.detail.en,
    fix: gate.fix?.en ?? null,
    measuredAt: new Date(gate.measuredAtMs).toISOString(),
  };
}

/** A plan as every document prints it; `pointOfNoReturn` counts from 0. */
export function planJson(plan: Plan) {
  return {
    operation: plan.operation,
    title: plan.title.en,
    hash: plan.hash,
    pointOfNoReturn: plan.pointOfNoReturn,
    outageMs: plan.outageMs,
    expectedMs: plan.expectedMs,
    networkBytes: plan.networkBytes,
    steps: plan.steps.map((step) => ({
      name: step.name,
      kind: step.kind,
      server: step.server,
      text: step.explain.en,
      undo: step.undo?.en ?? null,
    })),
  };
}

const MARK = { ok: 'ok     ', warning: 'WARNING', blocking: 'BLOCKS ', unknown: 'UNKNOWN' } as const;
const ORDER = { blocking: 0, unknown: 1, warning: 2, ok: 3 } as const;

/** Gates, what blocks first, with what to do about it. */
export function gateLines(gates: readonly GateResult[]): string[] {
  return gates
    .toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
    .flatMap((gate) => {
      const where = gate.server === null ? '' : ` [${gate.server}]`;
      const fix = gate.state === 'ok' || gate.fix === null ? [] : [`           → ${gate.fix.en}`];
      return [`  ${MARK[gate.state]}  ${gate.title.en}${where}: ${gate.detail.en}`, ...fix];
    });
}

/** The steps with the line after which nothing is undone. */
export function planLines(plan: Plan): string[] {
  return plan.steps.flatMap((step, index) => {
    const line = index === plan.pointOfNoReturn ? ['  ──────── no cancel from here ────────'] : [];
    const time = step.expectedMs === null ? '' : ` (about ${duration(step.expectedMs)})`;
    return [...line, `  ${String(index + 1).padStart(2)}. ${step.explain.en}${time}`];
  });
}

import type { Plan } from '#server/domain/plan.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { gateJson, gateLines, planJson, planLines } from './plan-json.ts';

/** Tells a plan on standard error: title, conditions, steps, and why a text is asked for. */
export function showPlan(cli: Cli, plan: Plan): void {
  const gates = plan.gates.length === 0 ? [] : ['Conditions:', ...gateLines(plan.gates)];
  const word = plan.confirmation === null ? [] : [`Before it starts: ${plan.confirmation.reason.en}`];
  for (const line of [plan.title.en, ...gates, 'Plan:', ...planLines(plan), ...word]) cli.terminal.err(line);
}

/** Refuses a plan with a condition that is not met. */
export function requireOpenGates(plan: Plan): void {
  const shut = plan.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown');
  if (shut.length === 0) return;
  throw new CliError(EXIT.refused, {
    code: 'GATE_FAILED',
    message: shut.map((gate) => `${gate.title.en}: ${gate.detail.en}`).join('; '),
    hint: shut.flatMap((gate) => (gate.fix === null ? [] : [gate.fix.en])).join(' ') || undefined,
    facts: planDocument(plan),
  });
}

/** The plan with its conditions, for --json. */
export function planDocument(plan: Plan) {
  return { plan: planJson(plan), gates: plan.gates.map(gateJson) };
}

import type { DraftData } from '#server/domain/setup-draft.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { PlanAnswer, ServerView } from '#server/services/services.ts';
import { askToStart, type Demand } from './ask-to-start.ts';
import { print, type Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { isSet, usage, type Options } from './options.ts';
import { reportOperation } from './report-operation.ts';
import { gateJson, gateLines, planJson, planLines } from './shapes/plan-json.ts';
import { duration } from './units.ts';

const PLAN_DEADLINE_MS = 180_000;
const POLL_MS = 400;

/**
 * Saves the answers as a draft, shows the plan that the worker makes of them, and starts exactly
 * that plan once it is confirmed. A draft that is not started is removed again.
 */
export async function runDraft(
  cli: Cli,
  data: DraftData,
  rolePassword: string | null,
  options: Options,
): Promise<ExitCode> {
  const draft = await cli.api.draft.create.mutate({ kind: data.kind });
  let started = false;
  try {
    const answers = { id: draft.id, data, ...(rolePassword === null ? {} : { rolePassword }) };
    await cli.api.draft.save.mutate(answers);
    const { plan, planId } = await waitForPlan(cli, draft.id);
    showPlan(cli, plan);
    requireOpenGates(plan);
    if (isSet(options, 'planOnly')) {
      print(cli, { plan: planJson(plan), gates: plan.gates.map(gateJson) }, [
        'Only shown; nothing was started.',
      ]);
      return EXIT.ok;
    }
    const given = await askToStart(cli, demandOf(plan), options);
    const operationId = await cli.api.draft.approve.mutate({
      id: draft.id,
      planId,
      planHash: plan.hash,
      confirmation: given.confirmation,
    });
    started = true;
    return await reportOperation(cli, operationId, options);
  } finally {
    if (!started) await cli.api.draft.remove.mutate({ id: draft.id }).catch(() => undefined);
  }
}

const demandOf = (plan: Plan): Demand => ({
  word: plan.confirmation?.word ?? null,
  ticks: [],
  reasonRequired: false,
});

async function waitForPlan(cli: Cli, id: string): Promise<Extract<PlanAnswer, { state: 'ready' }>> {
  const deadline = cli.terminal.nowMs() + PLAN_DEADLINE_MS;
  cli.terminal.err('Tandem looks at both servers …');
  while (cli.terminal.nowMs() < deadline) {
    const answer = await cli.api.draft.plan.query({ id });
    if (answer.state === 'ready') return answer;
    if (answer.state === 'incomplete')
      throw usage(`the answers are incomplete: ${answer.missing.join(', ')}`);
    if (answer.state === 'failed') {
      const { problem } = answer.operation;
      throw new CliError(EXIT.refused, {
        code: problem?.code ?? 'PLAN_FAILED',
        message: problem?.message ?? 'no plan could be made',
        detail: problem?.detail,
        hint: problem?.hint,
      });
    }
    await cli.terminal.sleep(POLL_MS);
  }
  throw new CliError(EXIT.unreachable, {
    code: 'NO_PLAN',
    message: `no plan was made within ${duration(PLAN_DEADLINE_MS)}`,
    hint: 'Look whether the worker of Tandem runs.',
  });
}

function showPlan(cli: Cli, plan: Plan): void {
  const word = plan.confirmation === null ? [] : [`Asked to type: ${plan.confirmation.reason.en}`];
  const lines = ['Conditions:', ...gateLines(plan.gates), 'Plan:', ...planLines(plan), ...word];
  for (const line of [plan.title.en, ...lines]) cli.terminal.err(line);
}

function requireOpenGates(plan: Plan): void {
  const shut = plan.gates.filter((gate) => gate.state === 'blocking' || gate.state === 'unknown');
  if (shut.length === 0) return;
  throw new CliError(EXIT.refused, {
    code: 'GATE_FAILED',
    message: shut.map((gate) => `${gate.title.en}: ${gate.detail.en}`).join('; '),
    hint: shut.flatMap((gate) => (gate.fix === null ? [] : [gate.fix.en])).join(' ') || undefined,
    facts: { plan: planJson(plan), gates: plan.gates.map(gateJson) },
  });
}

/** The data directory that was given, or that of the only instance on the server in that role. */
export function dataDirectoryOf(
  server: ServerView,
  given: string | null,
  inRecovery: boolean | null,
): string {
  if (given !== null) return given;
  const found = (server.facts?.instances ?? []).filter(
    (instance) => inRecovery === null || instance.inRecovery === inRecovery,
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.dataDirectory;
  const names = found.map((instance) => instance.dataDirectory).join(', ');
  throw usage(
    found.length === 0
      ? `no PostgreSQL that fits was found on ${server.name}`
      : `${server.name} has several instances; name the data directory`,
    found.length === 0 ? `Check it again: npx tandem server check ${server.name}` : `There are: ${names}.`,
  );
}

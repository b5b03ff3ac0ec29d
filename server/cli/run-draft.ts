import { placeNameOf } from '#server/domain/instance-location.ts';
import type { DraftData } from '#server/domain/setup-draft.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { ServerView } from '#server/services/services.ts';
import { askToStart, type Demand } from './ask-to-start.ts';
import { print, type Cli } from './cli.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { isSet, usage, type Options } from './options.ts';
import { reportOperation } from './report-operation.ts';
import { planDocument, requireOpenGates, showPlan } from './shapes/show-plan.ts';
import { waitForPlan } from './wait-for-plan.ts';

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
    cli.terminal.err('Tandem looks at both servers …');
    const { plan, planId } = await waitForPlan(cli, () => cli.api.draft.plan.query({ id: draft.id }));
    showPlan(cli, plan);
    requireOpenGates(plan);
    if (isSet(options, 'planOnly')) {
      print(cli, planDocument(plan), ['Only shown; nothing was started.']);
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

/** The data directory that was given, or that of the only instance on the server in that role. */
export function dataDirectoryOf(
  server: ServerView,
  given: string | null,
  inRecovery: boolean | null,
): string {
  if (given !== null) return given;
  const found = (server.facts?.instances ?? []).filter(
    (instance) => instance.running && (inRecovery === null || instance.inRecovery === inRecovery),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return placeNameOf(only);
  const names = found.map(placeNameOf).join(', ');
  throw usage(
    found.length === 0
      ? `no PostgreSQL that fits was found on ${server.name}`
      : `${server.name} has several instances; name the data directory`,
    found.length === 0 ? `Check it again: npx tandem server check ${server.name}` : `There are: ${names}.`,
  );
}

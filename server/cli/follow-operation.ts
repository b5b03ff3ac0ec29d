import type { OperationView, StepState } from '#server/domain/operation-view.ts';
import type { Problem } from '#server/errors/app-error.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { toCliError } from './to-cli-error.ts';
import { duration } from './units.ts';

const POLL_MS = 400;
/** A restart of Tandem takes seconds; the run goes on after it. */
const SILENCE_MS = 60_000;

/** What a finished run means for the caller's script. */
export const EXIT_OF_STATUS = {
  queued: EXIT.stillRunning,
  running: EXIT.stillRunning,
  undoing: EXIT.stillRunning,
  succeeded: EXIT.ok,
  undone: EXIT.failed,
  cancelled: EXIT.failed,
  closed: EXIT.failed,
  'needs-attention': EXIT.attention,
} as const satisfies Record<OperationView['status'], ExitCode>;

/**
 * Watches a run until it ends or asks, at most `timeoutMs`, and tells each change of a step on
 * standard error. A Tandem that does not answer for a moment is asked again.
 */
export async function followOperation(cli: Cli, id: string, timeoutMs: number): Promise<OperationView> {
  const { terminal } = cli;
  const deadline = terminal.nowMs() + timeoutMs;
  const told = new Map<string, string>();
  let silentSince: number | null = null;
  for (;;) {
    try {
      const view = await cli.api.operation.get.query({ id });
      silentSince = null;
      tell(cli, view, told);
      if (EXIT_OF_STATUS[view.status] !== EXIT.stillRunning) return view;
      if (terminal.nowMs() >= deadline) return view;
    } catch (thrown) {
      const error = toCliError(thrown);
      if (error.code !== 'TANDEM_UNREACHABLE') throw error;
      if (silentSince === null) terminal.err('Tandem does not answer; the run goes on. Asking again …');
      silentSince ??= terminal.nowMs();
      if (terminal.nowMs() - silentSince > SILENCE_MS) throw error;
    }
    await terminal.sleep(POLL_MS).catch(() => {
      throw new CliError(EXIT.interrupted, {
        code: 'INTERRUPTED',
        message: 'no longer watching; the run goes on',
        hint: `Watch it again: npx tandem operation follow ${id}`,
        facts: { operationId: id },
      });
    });
  }
}

const SHOWN: ReadonlySet<StepState> = new Set([
  'running',
  'verifying',
  'done',
  'already-done',
  'failed',
  'undoing',
  'undone',
]);

function tell(cli: Cli, view: OperationView, told: Map<string, string>): void {
  const total = view.plan.steps.length;
  view.plan.steps.forEach((planned, index) => {
    const step = view.steps[index];
    if (step === undefined || !SHOWN.has(step.state)) return;
    const key = `${step.state} ${step.attempt}`;
    if (told.get(planned.name) === key) return;
    told.set(planned.name, key);
    const took =
      step.startedAtMs === null || step.finishedAtMs === null
        ? ''
        : ` ${duration(step.finishedAtMs - step.startedAtMs)}`;
    const fact = step.fact === null || step.state === 'running' ? '' : ` — ${step.fact.en}`;
    cli.terminal.err(`[${index + 1}/${total}] ${step.state}${took}: ${planned.explain.en}${fact}`);
    if (step.state === 'failed' && step.problem !== null) tellProblem(cli, step.problem);
  });
}

function tellProblem(cli: Cli, { message, detail, hint }: Problem): void {
  const seen = [message, detail].filter((part) => part !== undefined && part !== '').join(': ');
  for (const line of [...seen.split('\n'), ...(hint === undefined ? [] : [hint])])
    cli.terminal.err(`      ${line}`);
}

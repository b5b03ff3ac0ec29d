import type { PlanAnswer } from '#server/services/services.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import { usage } from './options.ts';
import { duration } from './units.ts';

const PLAN_DEADLINE_MS = 180_000;
const POLL_MS = 400;

/** Asks until the worker has made the plan; refuses when it cannot be made. */
export async function waitForPlan(
  cli: Cli,
  askFor: () => Promise<PlanAnswer>,
): Promise<Extract<PlanAnswer, { state: 'ready' }>> {
  const deadline = cli.terminal.nowMs() + PLAN_DEADLINE_MS;
  while (cli.terminal.nowMs() < deadline) {
    const answer = await askFor();
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

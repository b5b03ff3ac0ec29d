import { AppError } from '#server/errors/app-error.ts';
import type { ChangeContext } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { RejoinInput } from '../input.ts';

const LOOK_MS = 1_000;

/** Follows a detached tool to its end; its output goes into the run's log. */
export async function followTool(c: ChangeContext<RejoinInput>, tool: string, job: string): Promise<void> {
  for (let fromByte = 0; ;) {
    const state = await c.world.oldPrimary.runtime.toolState(job, fromByte, {
      ...within(c),
      endWithinMs: LOOK_MS,
    });
    fromByte = state.nextByte;
    if (state.log.trim() !== '') c.log(state.log, 'stderr');
    if (state.status === 'succeeded') return;
    if (state.status !== 'running') {
      throw new AppError('COMMAND_FAILED', {
        message: `${tool} ${state.exitCode === null ? 'was ended from outside' : `ended with exit code ${state.exitCode}`}`,
        detail: state.log.trim().split('\n').slice(-20).join('\n'),
        hint: 'Close this run and choose the new base backup: a directory after a failed rewind is of no use, and what it held is kept aside.',
        data: { exitCode: state.exitCode },
      });
    }
    await c.world.clock.sleep(50, c.signal);
  }
}

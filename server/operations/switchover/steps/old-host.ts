import { AppError, toAppError } from '#server/errors/app-error.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { SwitchoverInput } from '../input.ts';

/** Inside an outage a silent host is not waited for longer, and not again for a while. */
const ANSWER_MS = 2_500;
const BELIEVED_LOST_MS = 4_000;

const silentSince = new WeakMap<ChangeWorld, { error: AppError; atMs: number }>();

/**
 * Asks the old primary's host. That it does not answer is an answer too; every other failure rejects.
 * One that was silent a moment ago is not waited for again: each wait would lengthen the outage.
 */
export async function askOldHost<T>(
  c: ChangeContext<SwitchoverInput>,
  ask: (wait: Wait) => Promise<T>,
): Promise<T | AppError> {
  const { clock } = c.world;
  const silent = silentSince.get(c.world);
  if (silent !== undefined && clock.monotonicMs() - silent.atMs < BELIEVED_LOST_MS) return silent.error;
  try {
    const answer = await ask(within(c, ANSWER_MS));
    silentSince.delete(c.world);
    return answer;
  } catch (thrown) {
    c.signal.throwIfAborted();
    const error = toAppError(thrown);
    if (error.category !== 'unreachable' && error.category !== 'unknown-outcome') throw error;
    silentSince.set(c.world, { error, atMs: clock.monotonicMs() });
    return error;
  }
}

/** The old host went away during the stop and there is no proof: only a person can decide. */
export function lostDuringStop({ oldPrimary, newPrimary }: SwitchoverInput, detail: string): AppError {
  return new AppError('WOULD_LOSE_DATA', {
    message: `${oldPrimary.serverName} went away while it stopped, and nothing proves that ${newPrimary.serverName} has all of its commits`,
    detail,
    hint: 'When it is back: retry, or undo. If it stays away: close this with a note and use the emergency failover, which shows what could be lost.',
  });
}

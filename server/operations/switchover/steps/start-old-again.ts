import { AppError, toAppError } from '#server/errors/app-error.ts';
import { signalPath } from '../../change/input.ts';
import { isSigned } from '../../change/steps/is-signed.ts';
import type { ChangeContext } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { SwitchoverInput } from '../input.ts';

type Context = ChangeContext<SwitchoverInput>;

/** What clients find at the old primary; `closed` = it runs and lets nobody in, as while it starts or stops. */
export async function opennessOf(c: Context): Promise<'writable' | 'read-only' | 'closed' | 'down'> {
  const { runtime, session } = c.world.oldPrimary;
  if (!(await runtime.isAcceptingConnections(within(c))))
    return (await runtime.stopState(within(c))) === 'running' ? 'closed' : 'down';
  return (await session.position(within(c))).inRecovery ? 'read-only' : 'writable';
}

/**
 * Makes the old primary writable as before: it is stopped where a start since its fence made it
 * read-only, and started without the fence. Never while the other node is writable: asked at this instant.
 * One that does not answer is no reason to stay down: nothing of ours asks for a promotion before the
 * point of no return.
 */
export async function startOldAgain(c: Context): Promise<void> {
  const { oldPrimary, newPrimary } = c.world;
  const partner = await newPrimary.session.position(within(c, 3_000)).catch(() => null);
  if (partner?.inRecovery === false) {
    throw new AppError('TWO_PRIMARIES', {
      message: `${c.input.newPrimary.serverName} accepts writes: ${c.input.oldPrimary.serverName} is not started as a primary`,
      hint: 'Somebody promoted it meanwhile. Rejoin the old primary as a standby.',
    });
  }
  const state = await oldPrimary.runtime.stopState(within(c));
  // An orderly stop cannot be taken back; a postmaster that hangs after its checkpoint is ended first.
  if (state === 'running' && ((await isSigned(c, 'oldPrimary')) || (await opennessOf(c)) === 'read-only'))
    await oldPrimary.runtime.stop({ ...within(c, 60_000), mode: 'fast' }).catch((thrown: unknown) => {
      c.log(toAppError(thrown).message);
    });
  if ((await oldPrimary.runtime.stopState(within(c))) === 'writes-ended')
    await oldPrimary.runtime.stop({ ...within(c, 30_000), mode: 'immediate' });
  await oldPrimary.files.removeFile(signalPath(c.input, 'oldPrimary'), c);
  await oldPrimary.runtime.start(within(c, 120_000));
}

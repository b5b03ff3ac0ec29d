import * as z from 'zod';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import { bytesBetween, formatLsn } from '#server/domain/lsn.ts';
import type { ChangeContext } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { SwitchoverInput } from '../input.ts';

/** What is known of the hand-over at one instant. */
export type ShutdownProof =
  /** The old primary wrote its shutdown checkpoint, and the new one has replayed it. */
  | { state: 'proven'; checkpointLsn: string; replayLsn: string }
  | { state: 'behind'; missingBytes: number; checkpointLsn: string; replayLsn: string }
  /** The control file does not say "shut down". */
  | { state: 'not-shut-down'; clusterState: string }
  | { state: 'unreachable'; detail: string };

const LOOK_MS = 5_000;
const zPath = z.object({ timeline: z.number() });

/**
 * A clean stop guarantees that the shutdown checkpoint was written and sent, not that it was replayed:
 * the standby's replay position must lie beyond the checkpoint's start (strictly, it is a record's end).
 */
export async function proveShutdown(c: ChangeContext<SwitchoverInput>): Promise<ShutdownProof> {
  const [control, at] = await Promise.all([
    c.world.oldPrimary.runtime.controlData(within(c, LOOK_MS)).catch((thrown: unknown) => {
      const error = toAppError(thrown);
      if (error.category === 'unreachable' || error.category === 'unknown-outcome') return error;
      throw error;
    }),
    c.world.newPrimary.session.position(within(c, LOOK_MS)),
  ]);
  if (control instanceof AppError) return { state: 'unreachable', detail: control.message };
  if (control === null || control.systemIdentifier !== c.input.systemIdentifier) {
    throw new AppError('SYSTEM_ID_MISMATCH', {
      message: `the data directory of ${c.input.oldPrimary.serverName} is not the one that the plan was made for`,
    });
  }
  if (control.clusterState !== 'shut down')
    return { state: 'not-shut-down', clusterState: control.clusterState };
  const [checkpointLsn, replayLsn] = [formatLsn(control.latestCheckpointLsn), formatLsn(at.lsn)];
  // Without a receiver a standby cannot say which timeline it replays: it streamed this one when the
  // path was proven, and only a promotion, which ends recovery, could have changed that.
  const { timeline } = zPath.parse(c.outputOf('prove-path'));
  if (at.lsn > control.latestCheckpointLsn && at.inRecovery && control.timeline === timeline) {
    return { state: 'proven', checkpointLsn, replayLsn };
  }
  const missingBytes = Math.max(1, bytesBetween(at.lsn, control.latestCheckpointLsn));
  return { state: 'behind', missingBytes, checkpointLsn, replayLsn };
}

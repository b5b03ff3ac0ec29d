import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { bytesBetween, formatLsn, lsnAt, requireLsn, type Lsn } from '#server/domain/lsn.ts';
import { readWalEnd, type WalEnd } from '#server/domain/wal-end.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import type { ChangeContext } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { SwitchoverInput } from '../input.ts';
import { askOldHost } from './old-host.ts';

/** What is known of the hand-over at one instant. */
export type ShutdownProof =
  /** The old primary wrote its shutdown checkpoint, and the new one has replayed it. */
  | { state: 'proven'; by: 'control-file' | 'received-wal'; checkpointLsn: string; replayLsn: string }
  | { state: 'behind'; missingBytes: number; checkpointLsn: string; replayLsn: string }
  /** The control file does not say "shut down". */
  | { state: 'not-shut-down'; clusterState: string }
  | { state: 'unreachable'; detail: string };

type Context = ChangeContext<SwitchoverInput>;

const LOOK_MS = 5_000;
/** The record of a shutdown checkpoint is 120 bytes; a page header may lie within. */
const LOOK_BACK_BYTES = 8_192n;
const MAX_RECORDS = 2_000;
const zPath = z.object({ timeline: z.number(), lsn: z.string() });

/**
 * A clean stop guarantees that the shutdown checkpoint was written and sent, not that it was replayed:
 * the standby's replay position must lie beyond the checkpoint's start (strictly, it is a record's end).
 */
export async function proveShutdown(c: Context): Promise<ShutdownProof> {
  const [control, at] = await Promise.all([
    askOldHost(c, (wait) => c.world.oldPrimary.runtime.controlData(wait)),
    c.world.newPrimary.session.position(within(c, LOOK_MS)),
  ]);
  if (control instanceof AppError) return proveByReceivedWal(c, at, control.message);
  if (control === null || control.systemIdentifier !== c.input.systemIdentifier) {
    throw new AppError('SYSTEM_ID_MISMATCH', {
      message: `the data directory of ${c.input.oldPrimary.serverName} is not the one that the plan was made for`,
    });
  }
  if (control.clusterState !== 'shut down')
    return { state: 'not-shut-down', clusterState: control.clusterState };
  // Without a receiver a standby cannot say which timeline it replays: it streamed this one when the
  // path was proven, and only a promotion, which ends recovery, could have changed that.
  const { timeline } = zPath.parse(c.outputOf('prove-path'));
  const by = control.timeline === timeline ? 'control-file' : null;
  return compare(by, control.latestCheckpointLsn, at);
}

/**
 * The old host does not answer. When the last record that its standby received is a shutdown checkpoint
 * behind our marker, the old primary had ended every write, and standby.signal, read on its disk right
 * before the stop, makes every later start of it read-only: nothing can follow.
 */
export async function proveByReceivedWal(
  c: Context,
  at: NodePosition,
  detail: string,
): Promise<ShutdownProof> {
  const { timeline, lsn } = zPath.parse(c.outputOf('prove-path'));
  const end = at.inRecovery ? await endOfReceived(c, at, timeline, requireLsn(lsn)) : null;
  if (end?.isShutdownCheckpoint !== true || end.timeline !== timeline)
    return { state: 'unreachable', detail };
  return compare('received-wal', end.lsn, at);
}

function compare(
  by: 'control-file' | 'received-wal' | null,
  checkpoint: Lsn,
  at: NodePosition,
): ShutdownProof {
  const [checkpointLsn, replayLsn] = [formatLsn(checkpoint), formatLsn(at.lsn)];
  if (by !== null && at.lsn > checkpoint && at.inRecovery)
    return { state: 'proven', by, checkpointLsn, replayLsn };
  const missingBytes = Math.max(1, bytesBetween(at.lsn, checkpoint));
  return { state: 'behind', missingBytes, checkpointLsn, replayLsn };
}

/**
 * The last record on the standby's disk. Read from its segment's start at first: with archiving on, a
 * stop switches to a new segment, and a look that begins in the rest of the one before finds nothing.
 */
async function endOfReceived(
  c: Context,
  at: NodePosition,
  timeline: number,
  marker: Lsn,
): Promise<WalEnd | null> {
  const { runtime } = c.world.newPrimary;
  const control = await runtime.controlData(within(c, LOOK_MS));
  if (control?.systemIdentifier !== c.input.systemIdentifier) return null;
  const segment = BigInt(control.walSegmentBytes);
  const segmentStart = (at.lsn / segment) * segment;
  const near = at.lsn - LOOK_BACK_BYTES;
  const starts = [near > segmentStart ? near : segmentStart, near].map((s) => (s > marker ? s : marker));
  for (const start of new Set(starts)) {
    const { stdout } = await runtime.runTool(
      'pg_waldump',
      [
        `--path=${c.input.newPrimary.location.dataDirectory}/pg_wal`,
        `--timeline=${timeline}`,
        `--start=${formatLsn(lsnAt(start))}`,
        `--limit=${MAX_RECORDS}`,
      ],
      within(c, LOOK_MS),
    );
    const end = readWalEnd(stdout);
    // More of them than that is a backlog, and its end was not seen.
    if (end !== null) return end.records < MAX_RECORDS ? end : null;
  }
  return null;
}

import { segmentsOf } from '../timelines-in.ts';
import type { ChangeWorld } from '../change/world.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import type { ControlData, Wait } from '#server/ports/postgres-runtime.ts';

const BYTES_PER_ID = 0x1_0000_0000n;

/** Number of a segment on its timeline, from its name (PostgreSQL manual, "WAL Internals"). */
export function segmentNumber(name: string, segmentBytes: number): bigint {
  const perId = BYTES_PER_ID / BigInt(segmentBytes);
  return BigInt(`0x${name.slice(8, 16)}`) * perId + BigInt(`0x${name.slice(16, 24)}`);
}

/** The oldest WAL segment that the primary has, on whatever timeline; null when none is seen. */
export async function oldestSegmentOf({ newPrimary }: ChangeWorld, wait: Wait): Promise<bigint | null> {
  const [control, segments] = await Promise.all([
    newPrimary.runtime.controlData(wait),
    segmentsOf(newPrimary, wait),
  ]);
  if (control === null) return null;
  const numbers = segments.map((name) => segmentNumber(name, control.walSegmentBytes));
  return numbers.reduce<bigint | null>((least, n) => (least === null || n < least ? n : least), null);
}

/**
 * Whether the primary lacks the segment in which a standby goes on. What the standby has beyond its last
 * restartpoint is in its own pg_wal; the position that is certain is the end of its minimum recovery.
 */
export function lacksWal(
  old: { control: ControlData | null; position: NodePosition | null },
  oldestSegment: bigint | null,
): boolean {
  if (old.control === null || oldestSegment === null) return false;
  const { latestCheckpointLsn, minRecoveryEndLsn, walSegmentBytes } = old.control;
  const certain = minRecoveryEndLsn > latestCheckpointLsn ? minRecoveryEndLsn : latestCheckpointLsn;
  const received = old.position?.receivedLsn ?? certain;
  const needed = received > certain ? received : certain;
  return needed / BigInt(walSegmentBytes) < oldestSegment;
}

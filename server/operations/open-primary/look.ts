import type { Lsn } from '#server/domain/lsn.ts';
import type { FoundStartGate } from '#server/domain/start-gate.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import type { ReplayState } from '#server/ports/postgres-admin.ts';
import type { OperationNode, PairWorld } from '../pair-world.ts';
import { timelinesIn } from '../timelines-in.ts';

/** Where a node stands; `lsn` is the last that it has. */
export interface NodeFacts {
  systemIdentifier: string;
  timeline: number;
  /** The newest timeline that its files know to exist. */
  newestTimeline: number;
  lsn: Lsn | null;
  /** It accepts writes, or did so when it ended. */
  isPrimary: boolean;
}

export type NodeView =
  | ({ state: 'runs' } & NodeFacts)
  /** Its host answers: this is what its control file says. */
  | ({ state: 'stopped' } & NodeFacts)
  | { state: 'away'; detail: string };

/** Both nodes at one moment, and why the primary is held. */
export interface OpenObservation {
  takenAtMs: number;
  names: { primary: string; standby: string };
  primary: NodeView;
  partner: NodeView;
  /** `unknown` = it could not be looked at. */
  gate: FoundStartGate | 'unknown';
}

/** Never rejects for what happens on a host. */
export async function observeOpen(
  world: Pick<PairWorld, 'primary' | 'standby' | 'clock'>,
  wait: Wait,
): Promise<OpenObservation> {
  const { startGate } = world.primary.runtime;
  const [primary, partner, gate] = await Promise.all([
    lookAt(world.primary, wait),
    lookAt(world.standby, wait),
    startGate === null ? ('not-here' as const) : startGate.state(wait).catch(() => 'unknown' as const),
  ]);
  wait.signal.throwIfAborted();
  const names = { primary: world.primary.serverName, standby: world.standby.serverName };
  return { takenAtMs: world.clock.nowMs(), names, primary, partner, gate };
}

type Stand = ({ state: 'runs' | 'stopped' } & Omit<NodeFacts, 'newestTimeline'>) | AwayView;
type AwayView = Extract<NodeView, { state: 'away' }>;

/** A node whose files cannot be asked is one that nobody knows: a checkpoint may be minutes behind a promotion. */
async function lookAt(node: OperationNode, wait: Wait): Promise<NodeView> {
  const stand = await standOf(node, wait);
  if (stand.state === 'away') return stand;
  try {
    const { written, known } = await timelinesIn(node, wait);
    const timeline = Math.max(stand.timeline, written ?? 0);
    return { ...stand, timeline, newestTimeline: Math.max(timeline, known ?? 0) };
  } catch (thrown) {
    return { state: 'away', detail: toAppError(thrown).message };
  }
}

async function standOf({ admin, runtime }: OperationNode, wait: Wait): Promise<Stand> {
  try {
    const [status, replay] = await Promise.all([admin.status(wait), admin.replay(wait)]);
    const { systemIdentifier, timeline, inRecovery } = status;
    const lsn = lastPosition(status.lsn, replay);
    return { state: 'runs', systemIdentifier, timeline, lsn, isPrimary: !inRecovery };
  } catch (thrown) {
    const control = await runtime.controlData(wait).catch(() => null);
    if (control === null) return { state: 'away', detail: toAppError(thrown).message };
    const { systemIdentifier, timeline, clusterState, latestCheckpointLsn, minRecoveryEndLsn } = control;
    const isPrimary = !/recovery/.test(clusterState) || clusterState === 'in crash recovery';
    const lsn =
      isPrimary || minRecoveryEndLsn < latestCheckpointLsn ? latestCheckpointLsn : minRecoveryEndLsn;
    return { state: 'stopped', systemIdentifier, timeline, lsn, isPrimary };
  }
}

/** A record that was cut off at the end of WAL is received and never replayed: so little more is nothing more. */
const CUT_RECORD_BYTES = 1024n ** 2n;

function lastPosition(replayed: Lsn | null, replay: ReplayState | null): Lsn | null {
  const received = replay?.receivedLsn ?? null;
  if (received === null || replayed === null) return received ?? replayed;
  const waits = replay?.pause !== 'not paused' || received - replayed > CUT_RECORD_BYTES;
  return waits && received > replayed ? received : replayed;
}

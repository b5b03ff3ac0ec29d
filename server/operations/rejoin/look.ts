import { toAppError } from '#server/errors/app-error.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import { timelinesIn } from '../timelines-in.ts';
import { oldestSegmentOf } from './wal-segments.ts';
import type { ControlData, StopState, Wait } from '#server/ports/postgres-runtime.ts';
import type { ChangeInput } from '../change/input.ts';
import type { ChangeWorld } from '../change/world.ts';
import { relate, type NewHistory, type Relation } from './fork-point.ts';

export interface OldLook {
  state: StopState;
  control: ControlData | null;
  /** It runs and answers. */
  position: NodePosition | null;
  /** It runs and does not answer: for how long its postmaster has been in this state, ms by its host's clock. */
  silentMs: number | null;
  /** It is in recovery without a receiver: the newest timeline of its WAL segments. */
  segmentTimeline: number | null;
  /** It streams from the new primary already. */
  streams: boolean;
  disk: { freeBytes: number; totalBytes: number };
}

/** One look at both nodes for a rejoin. */
export interface RejoinObservation {
  takenAtMs: number;
  names: { old: string; next: string };
  next: {
    position: NodePosition;
    history: NewHistory;
    databaseBytes: number;
    fullPageWrites: boolean;
    /** Number of the oldest WAL segment that lies there; null = not known. */
    oldestSegment: bigint | null;
  } | null;
  nextFailure: string | null;
  old: OldLook | null;
  oldFailure: string | null;
  /** Tandem is about to stop it: its fence could not be set when the other one took over. */
  fenceOwed: boolean;
  relation: Relation | null;
}

const LOOK_MS = 8_000;

/** Never rejects for what happens on a host. */
export async function observeRejoin(
  world: ChangeWorld,
  input: ChangeInput,
  signal: AbortSignal,
): Promise<RejoinObservation> {
  const wait: Wait = { signal, timeoutMs: LOOK_MS };
  const failures: { next: string | null; old: string | null } = { next: null, old: null };
  const quiet = (who: 'next' | 'old') => (thrown: unknown) => {
    failures[who] = toAppError(thrown).message;
    return null;
  };
  const [next, old, owed] = await Promise.all([
    lookAtNext(world, wait).catch(quiet('next')),
    lookAtOld(world, input, wait).catch(quiet('old')),
    world.fences.pending(),
  ]);
  signal.throwIfAborted();
  const relation =
    next === null || old?.control == null
      ? null
      : relate({ ...old, control: old.control }, next.history, formatLsn);
  return {
    takenAtMs: world.clock.nowMs(),
    names: { old: input.oldPrimary.serverName, next: input.newPrimary.serverName },
    next,
    nextFailure: failures.next,
    old,
    oldFailure: failures.old,
    fenceOwed: owed.some((fence) => fence.instanceId === input.oldPrimary.instanceId),
    relation,
  };
}

async function lookAtNext(world: ChangeWorld, wait: Wait): Promise<NonNullable<RejoinObservation['next']>> {
  const { session, admin } = world.newPrimary;
  const [position, ends, status, settings, oldestSegment] = await Promise.all([
    session.position(wait),
    admin.timelineHistory(wait),
    admin.status(wait),
    admin.settings(['full_page_writes'], wait),
    oldestSegmentOf(world, wait).catch(() => null),
  ]);
  return {
    position,
    oldestSegment,
    history: { timeline: position.timeline, ends },
    databaseBytes: status.databaseBytes,
    fullPageWrites: settings.get('full_page_writes')?.setting === 'on',
  };
}

async function lookAtOld(world: ChangeWorld, input: ChangeInput, wait: Wait): Promise<OldLook> {
  const { runtime, session, files } = world.oldPrimary;
  const [state, control, disk, senders] = await Promise.all([
    runtime.stopState(wait),
    runtime.controlData(wait),
    files.disk(runtime.location.dataDirectory, wait),
    world.newPrimary.admin.senders(wait).catch(() => []),
  ]);
  const position = state === 'running' ? await session.position(wait).catch(() => null) : null;
  const silentMs = state === 'running' && position === null ? await silenceOf(world, wait) : null;
  const between = position?.inRecovery === true && position.receiver === null;
  const found = between ? await timelinesIn(world.oldPrimary, wait).catch(() => null) : null;
  const streams = senders.some((s) => s.applicationName === input.slotName && s.state === 'streaming');
  const segmentTimeline = found?.written ?? null;
  const replicates = streams && position?.inRecovery === true;
  return { state, control, position, silentMs, segmentTimeline, streams: replicates, disk };
}

/**
 * PostgreSQL writes postmaster.pid at its start and with every change of its state, by the host's clock, which
 * may be minutes from ours.
 */
async function silenceOf({ oldPrimary, clock }: ChangeWorld, wait: Wait): Promise<number | null> {
  const { files, probe, runtime } = oldPrimary;
  const [pidFile, { clockOffsetMs }] = await Promise.all([
    files.stat(`${runtime.location.dataDirectory}/postmaster.pid`, wait),
    probe.facts(wait),
  ]);
  return pidFile === null ? null : Math.max(0, clock.nowMs() + clockOffsetMs - pidFile.modifiedAtMs);
}

export const observeFor =
  <I extends ChangeInput>() =>
  (c: StepContext<ChangeWorld, I>): Promise<RejoinObservation> =>
    observeRejoin(c.world, c.input, c.signal);

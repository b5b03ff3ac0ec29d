import * as z from 'zod';
import { AppError, toAppError } from '#server/errors/app-error.ts';
import { RETRY, type DoneAnswer, type MutationStep } from '#server/engine/define-operation.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import { signalPath } from '../../change/input.ts';
import type { ChangeContext, ChangeWorld } from '../../change/world.ts';
import { isSigned } from '../../change/steps/is-signed.ts';
import { within } from '../../pair-world.ts';
import { hasNoPool } from '../../routes/routes-context.ts';
import { pausedForMs } from '../../routes/steps/pause-pools.ts';
import type { SwitchoverInput } from '../input.ts';
import { askOldHost, lostDuringStop } from './old-host.ts';
import { opennessOf, startOldAgain } from './start-old-again.ts';
import { proveByReceivedWal, proveShutdown, type ShutdownProof } from './shutdown-proof.ts';
import { watchWrites } from './watch-writes.ts';

type Context = ChangeContext<SwitchoverInput>;

/** Part of the limit that an orderly stop may use; the rest is for the proof, or for the way back. */
const STOP_SHARE = 0.6;
/** Part of it that a host which went away has to come back. */
const ASK_SHARE = 0.8;
/** An orderly stop takes a fraction of a second; one that takes longer is looked at again and again. */
const SLICE_MS = 2_000;
const SHORTEST_MS = 1_000;
const LOOK_EVERY_MS = 50;

export const zStopping = z.object({ stopAskedAtMs: z.number() });

/** On the monotonic clock: how long an orderly stop may take, and how long a lost host may stay away. */
interface StopLimits {
  stopAtMs: number;
  askAtMs: number;
}

/** Worlds in which this process asked for the stop. */
const asked = new WeakSet<ChangeWorld>();

async function isStopped(c: Context): Promise<DoneAnswer> {
  // Clients wait at a pool already: the first attempt knows that nobody asked for the stop yet.
  if (!hasNoPool(c.input) && c.earlier === null && !asked.has(c.world)) return 'not-done';
  const state = await askOldHost(c, (wait) => c.world.oldPrimary.runtime.stopState(wait));
  if (state instanceof AppError) {
    if ((await receivedAll(c, state.message)).state === 'proven') return 'done';
    throw state;
  }
  if (state === 'stopped-cleanly') return 'done';
  if (state !== 'stopped-uncleanly') return 'not-done';
  throw new AppError('GATE_FAILED', {
    message: `${c.input.oldPrimary.serverName} ended without a shutdown checkpoint`,
    detail: 'what it wrote last may not have reached the other node',
    hint: 'It is started again as it was. Look at its log before the next try.',
  });
}

/** What the standby's own WAL says; before the path was proven it says nothing of a stop. */
async function receivedAll(c: Context, detail: string): Promise<ShutdownProof> {
  if (c.outputOf('prove-path') === undefined) return { state: 'unreachable', detail };
  return proveByReceivedWal(c, await c.world.newPrimary.session.position(within(c, 5_000)), detail);
}

/** The stop was asked for and has not ended. Answers whether it has now; rejects when it will not. */
async function lookAfterStop(c: Context, cause: AppError, limits: StopLimits): Promise<boolean> {
  const { clock, oldPrimary } = c.world;
  const state = await askOldHost(c, (wait) => oldPrimary.runtime.stopState(wait));
  if (state instanceof AppError) {
    if ((await receivedAll(c, state.message)).state !== 'proven') {
      if (clock.monotonicMs() >= limits.askAtMs) throw lostDuringStop(c.input, state.message);
      return false;
    }
    c.log(`${state.message}: its shutdown checkpoint is the last thing that the other node received`);
    return true;
  }
  if (state === 'stopped-cleanly') return true;
  if (state === 'writes-ended') return endHanging(c, limits);
  const lostAnswer = cause.category === 'unreachable' || cause.category === 'unknown-outcome';
  const mayGoOn = state === 'running' && (lostAnswer || cause.code === 'COMMAND_FAILED');
  if (mayGoOn && clock.monotonicMs() < limits.stopAtMs) return false;
  throw cause;
}

/**
 * A postmaster that hangs on an archiver or a receiver has ended its writes: with the proof on the
 * other node it is ended and the change goes on; without it, when the time is over, all is put back.
 */
async function endHanging(c: Context, limits: StopLimits): Promise<boolean> {
  const { clock, oldPrimary } = c.world;
  const proof = await proveShutdown(c);
  if (proof.state !== 'proven') {
    if (clock.monotonicMs() < limits.stopAtMs) return false;
    throw new AppError('GATE_FAILED', {
      message: `${c.input.oldPrimary.serverName} has ended its writes but does not stop, and ${c.input.newPrimary.serverName} has not replayed all of them`,
      detail: JSON.stringify(proof),
      hint: 'Look at archive_command and the network between the two servers.',
    });
  }
  c.log(
    'the postmaster hangs after its shutdown checkpoint, which the other node has replayed: ended with immediate',
  );
  await oldPrimary.runtime.stop({ ...within(c, 10_000), mode: 'immediate' });
  return true;
}

/**
 * In slices, because a stop that is waited for holds the host's fence: meanwhile it could not be ended
 * in another way. Asking for a fast stop that is under way changes nothing.
 */
async function stop(c: Context): Promise<void> {
  // The fence is read back on the host at this instant: without it a start would be writable.
  if (!(await isSigned(c, 'oldPrimary'))) {
    throw new AppError('GATE_FAILED', {
      message: `${signalPath(c.input, 'oldPrimary')} is gone`,
      hint: 'Somebody removed it since it was written. Nothing was stopped.',
    });
  }
  const { clock, oldPrimary } = c.world;
  asked.add(c.world);
  // Clients that wait at a pool wait since it was paused: the limit counts from there.
  const beganAtMs = clock.monotonicMs() - pausedForMs(c);
  const limits = {
    stopAtMs: beganAtMs + c.input.outageLimitMs * STOP_SHARE,
    askAtMs: beganAtMs + c.input.outageLimitMs * ASK_SHARE,
  };
  for (;;) {
    const leftMs = limits.stopAtMs - clock.monotonicMs();
    const timeoutMs = Math.max(SHORTEST_MS, Math.min(SLICE_MS, leftMs));
    try {
      await oldPrimary.runtime.stop({ signal: c.signal, timeoutMs, mode: 'fast' });
      return;
    } catch (thrown) {
      c.signal.throwIfAborted();
      if (await lookAfterStop(c, toAppError(thrown), limits)) return;
    }
    await clock.sleep(LOOK_EVERY_MS, c.signal);
  }
}

/** Before anything is remembered or stopped: undo gives waiting clients back to a primary that never stopped. */
function requireTimeLeft(c: Context): void {
  const pausedMs = pausedForMs(c);
  if (pausedMs < c.input.outageLimitMs * STOP_SHARE) return;
  throw new AppError('GATE_FAILED', {
    message: `clients have waited for ${Math.round(pausedMs / 1_000)} s already`,
    detail: `the limit is ${Math.round(c.input.outageLimitMs / 1_000)} s, and a stop may need the greater part of it`,
    hint: 'Nothing was stopped; clients go on as before. Start the switchover again.',
  });
}

/** The only moment that clients feel: from here until the promotion nobody accepts writes. */
export const stopOld: MutationStep<ChangeWorld, unknown, SwitchoverInput> = {
  kind: 'mutation',
  name: 'stop-old',
  group: 'outage',
  server: (c) => c.input.oldPrimary.serverName,
  explain: (c) =>
    text(
      `Stop PostgreSQL on ${c.input.oldPrimary.serverName} (fast). Writes stop here.`,
      `PostgreSQL auf ${c.input.oldPrimary.serverName} anhalten (fast). Ab hier sind keine Schreibzugriffe möglich.`,
    ),
  actions: (c) => [controlAction(c.input.oldPrimary.serverName, c.input.oldPrimary.location, 'stop')],
  expectedMs: () => 150,
  needs: [],
  isDone: isStopped,
  remember: (c) => {
    requireTimeLeft(c);
    return Promise.resolve({ stopAskedAtMs: c.world.clock.nowMs() });
  },
  do: async (c) => {
    const watch = watchWrites(c.world.oldPrimary.session, c.world.clock, c.signal);
    try {
      await stop(c);
    } finally {
      lastWrites.set(c.world, watch.end());
    }
  },
  output: (c) => Promise.resolve({ lastWriteAtMs: lastWrites.get(c.world) ?? null }),
  undo: {
    explain: (c) =>
      text(
        `Start ${c.input.oldPrimary.serverName} again, writable as before.`,
        `${c.input.oldPrimary.serverName} wieder starten, schreibbar wie zuvor.`,
      ),
    isDone: async (c) => {
      if (await isSigned(c, 'oldPrimary')) return 'not-done';
      return (await opennessOf(c)) === 'writable' ? 'done' : 'not-done';
    },
    do: startOldAgain,
  },
  timeouts: (input) => ({ doMs: input.outageLimitMs, settleMs: 5_000, pollMs: 20 }),
  retry: RETRY.never,
};

/** Per run of a world: lost with a killed worker, and then the outage is measured from the stop's request. */
const lastWrites = new WeakMap<ChangeWorld, number | null>();

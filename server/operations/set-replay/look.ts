import type { LowSetting } from '#server/domain/required-settings.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { ReplayState, ServerStatus } from '#server/ports/postgres-admin.ts';
import type { Wait } from '#server/ports/postgres-runtime.ts';
import { lookAtLowSettings } from '../change/low-settings.ts';
import type { PairWorld } from '../pair-world.ts';

/** One look at the standby, and at whether commits on the primary wait for its replay. */
export interface ReplayObservation {
  takenAtMs: number;
  names: { primary: string; standby: string };
  standby: {
    status: ServerStatus;
    replay: ReplayState | null;
    disk: { freeBytes: number; totalBytes: number };
    /** Settings that replay waits for; null = it is paused, and that cannot be told. */
    lowSettings: readonly LowSetting[] | null;
  } | null;
  standbyFailure: string | null;
  /** Null = the primary could not be asked. */
  commitsWaitForReplay: boolean | null;
}

/** Never rejects for what happens on a host. */
export async function observeReplay(
  world: Pick<PairWorld, 'primary' | 'standby' | 'clock'>,
  wait: Wait,
): Promise<ReplayObservation> {
  let standbyFailure: string | null = null;
  const [standby, commitsWaitForReplay] = await Promise.all([
    lookAtStandby(world, wait).catch((thrown: unknown) => {
      standbyFailure = toAppError(thrown).message;
      return null;
    }),
    waitsForReplay(world, wait).catch(() => null),
  ]);
  wait.signal.throwIfAborted();
  const names = { primary: world.primary.serverName, standby: world.standby.serverName };
  return { takenAtMs: world.clock.nowMs(), names, standby, standbyFailure, commitsWaitForReplay };
}

async function lookAtStandby(
  { standby }: Pick<PairWorld, 'standby'>,
  wait: Wait,
): Promise<NonNullable<ReplayObservation['standby']>> {
  const { admin, files, runtime } = standby;
  const [status, replay, disk] = await Promise.all([
    admin.status(wait),
    admin.replay(wait),
    files.disk(runtime.location.dataDirectory, wait),
  ]);
  const paused = replay !== null && replay.pause !== 'not paused';
  return { status, replay, disk, lowSettings: await lookAtLowSettings({ admin, runtime }, paused, wait) };
}

/** With remote_apply a commit returns when a synchronous standby has replayed it. */
async function waitsForReplay({ primary }: Pick<PairWorld, 'primary'>, wait: Wait): Promise<boolean> {
  const names = ['synchronous_commit', 'synchronous_standby_names'];
  const settings = await primary.admin.settings(names, wait);
  const [commit, standbys] = names.map((name) => settings.get(name)?.setting ?? '');
  return commit === 'remote_apply' && standbys !== '';
}

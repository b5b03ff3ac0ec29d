import { AppError } from '#server/errors/app-error.ts';
import type { StepContext } from '#server/engine/define-operation.ts';
import type { StopState } from '#server/ports/postgres-runtime.ts';
import { within } from '../../pair-world.ts';
import { containerOf, hashOfCommand, type ReleaseInput } from '../input.ts';
import type { ReleaseWorld } from '../observation.ts';

export type ReleaseContext = StepContext<ReleaseWorld, ReleaseInput>;

/** Compose itself takes seconds to begin. */
export const COMPOSE_MS = 90_000;
export const START_MS = 120_000;

/** Which container is there: of the old command, of the new one, none, or one that nobody expects. */
export async function whichContainer(c: ReleaseContext): Promise<'before' | 'after' | 'none' | 'other'> {
  const found = await c.world.compose.container(containerOf(c.input), within(c));
  if (found === null) return 'none';
  if (found.imageId !== c.input.imageId) return 'other';
  const hash = hashOfCommand(found.command);
  if (hash === c.input.command.before) return 'before';
  return hash === c.input.command.after ? 'after' : 'other';
}

/** Only one that does not run; the engine itself refuses to remove another. */
export async function removeStopped(c: ReleaseContext, allowed: readonly StopState[]): Promise<void> {
  const state = await c.world.node.runtime.stopState(within(c));
  if (!allowed.includes(state)) {
    throw new AppError('COMMAND_FAILED', {
      message: `${c.input.node.serverName} is ${state}: its container stays`,
      hint: 'Somebody started it meanwhile. Look at it on the server.',
    });
  }
  await c.world.compose.removeContainer(containerOf(c.input), within(c, COMPOSE_MS));
}

/** The container that the Compose file says now, of the same image, not started. */
export async function makeFromFile(c: ReleaseContext, wanted: 'before' | 'after'): Promise<void> {
  const { place, restartPolicy } = c.input;
  await c.world.compose.createContainer(place, containerOf(c.input), restartPolicy, within(c, COMPOSE_MS));
  if ((await whichContainer(c)) === wanted) return;
  throw new AppError('COMMAND_FAILED', {
    message: `${containerOf(c.input)} did not come out of ${place.file} as it was shown`,
    hint: 'Its image or its command is another one. It was not started.',
  });
}

/** Not while somebody else is the primary: that was decided while this server was down. */
export async function startAgain(c: ReleaseContext): Promise<void> {
  const { partner, node } = c.world;
  const status = await partner?.admin.status(within(c, 5_000)).catch(() => null);
  if (status?.inRecovery === false && !c.input.inRecovery) {
    throw new AppError('TWO_PRIMARIES', {
      message: `${partner?.serverName ?? 'the partner'} accepts writes: ${c.input.node.serverName} stays down`,
      hint: 'Somebody promoted it meanwhile. Bring this server back with Rejoin.',
    });
  }
  await node.runtime.start(within(c, START_MS));
}

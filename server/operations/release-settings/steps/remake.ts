import { controlAction } from '#server/domain/control-line.ts';
import { readableWord } from '#server/domain/shell-word.ts';
import { text } from '#server/domain/text.ts';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { within } from '../../pair-world.ts';
import { containerOf, type ReleaseInput } from '../input.ts';
import type { ReleaseObservation, ReleaseWorld } from '../observation.ts';
import {
  COMPOSE_MS,
  makeFromFile,
  removeStopped,
  START_MS,
  startAgain,
  whichContainer,
  type ReleaseContext,
} from './remake-container.ts';

type Step = MutationStep<ReleaseWorld, ReleaseObservation, ReleaseInput>;
const on: Step['server'] = (c) => c.input.node.serverName;
const STOP_MS = 60_000;

const isUp = (c: ReleaseContext): Promise<boolean> => c.world.node.runtime.isAcceptingConnections(within(c));

/** Fast, never harder: nothing is in a hurry here, and what was not shut down would need recovery. */
async function stopCleanly(c: ReleaseContext): Promise<void> {
  await c.world.node.runtime.stop({ ...within(c, STOP_MS), mode: 'fast' });
}

/** Sessions end here. The control file says that everything is written. */
export const stopServer: Step = {
  kind: 'mutation',
  name: 'stop-server',
  group: 'outage',
  server: on,
  explain: (c) =>
    text(
      `Stop PostgreSQL on ${c.input.node.serverName} (fast) and see in the control file that it was shut down.`,
      `PostgreSQL auf ${c.input.node.serverName} anhalten (fast) und in der Kontrolldatei sehen, dass es sauber beendet wurde.`,
    ),
  actions: (c) => [controlAction(c.input.node.serverName, c.input.node.location, 'stop')],
  expectedMs: () => 1_000,
  needs: [],
  isDone: async (c) =>
    (await c.world.node.runtime.stopState(within(c))) === 'stopped-cleanly' ? 'done' : 'not-done',
  do: stopCleanly,
  undo: {
    explain: (c) =>
      text(
        `Start ${c.input.node.serverName} again, where its container is still there.`,
        `${c.input.node.serverName} wieder starten, wo sein Container noch da ist.`,
      ),
    // Where it is gone the old file has to come back first.
    isDone: async (c) => ((await whichContainer(c)) !== 'before' || (await isUp(c)) ? 'done' : 'not-done'),
    do: startAgain,
  },
  timeouts: { doMs: STOP_MS + 10_000, settleMs: 5_000, pollMs: 50 },
  retry: RETRY.never,
};

/** The old container is removed by its name first: what a crash leaves behind is one container or none, never two. */
export const remakeContainer: Step = {
  kind: 'mutation',
  name: 'remake-container',
  group: 'outage',
  server: on,
  explain: (c) =>
    text(
      `Let Compose make the container ${containerOf(c.input)} anew from the same image. Data and other files lie outside of it.`,
      `Den Container ${containerOf(c.input)} von Compose neu anlegen lassen, aus demselben Image. Daten und andere Dateien liegen außerhalb.`,
    ),
  actions: (c) => {
    const { place, program } = c.input;
    const root = (line: string) =>
      ({ type: 'command', server: c.input.node.serverName, runAs: 'root', line }) as const;
    const compose = [...program, '-p', place.project, '-f', readableWord(place.file)].join(' ');
    return [
      root(`docker rm ${readableWord(containerOf(c.input))}`),
      root(`${compose} up --no-start --no-deps --no-build ${place.service}`),
    ];
  },
  expectedMs: () => 4_000,
  needs: [],
  isDone: async (c) => ((await whichContainer(c)) === 'after' ? 'done' : 'not-done'),
  do: async (c) => {
    if ((await whichContainer(c)) !== 'none') await removeStopped(c, ['stopped-cleanly']);
    await makeFromFile(c, 'after');
  },
  undo: {
    explain: (c) =>
      text(
        `Remove the new container ${containerOf(c.input)}.`,
        `Den neuen Container ${containerOf(c.input)} entfernen.`,
      ),
    isDone: async (c) => {
      const which = await whichContainer(c);
      return which === 'none' || which === 'before' ? 'done' : 'not-done';
    },
    // A new server that failed may have failed uncleanly: the old one recovers with its start.
    do: (c) => removeStopped(c, ['stopped-cleanly', 'stopped-uncleanly']),
  },
  timeouts: { doMs: 2 * COMPOSE_MS, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

export const startServer: Step = {
  kind: 'mutation',
  name: 'start-server',
  group: 'outage',
  server: on,
  explain: (c) => text(`Start ${c.input.node.serverName}.`, `${c.input.node.serverName} starten.`),
  actions: (c) => [controlAction(c.input.node.serverName, c.input.node.location, 'start')],
  expectedMs: () => 2_000,
  needs: [],
  isDone: async (c) => ((await isUp(c)) ? 'done' : 'not-done'),
  do: startAgain,
  undo: {
    explain: () => text('Stop it again (fast).', 'Ihn wieder anhalten (fast).'),
    // Of the old container nothing is to be undone: then this start is not the one of the new one.
    isDone: async (c) => {
      if ((await whichContainer(c)) !== 'after') return 'done';
      const state = await c.world.node.runtime.stopState(within(c));
      return state === 'stopped-cleanly' || state === 'stopped-uncleanly' ? 'done' : 'not-done';
    },
    do: stopCleanly,
  },
  timeouts: { doMs: START_MS + 10_000, settleMs: 10_000, pollMs: 50 },
  retry: RETRY.transientOnly,
};

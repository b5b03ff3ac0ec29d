import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeContext } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { ChangeWorld } from '../../change/world.ts';

const zBefore = z.object({ paused: z.boolean() });

const isPaused = async (c: ChangeContext<FailoverInput>): Promise<boolean> =>
  (await c.world.newPrimary.session.position(within(c))).replayPaused;

/** Somebody had paused replay: what waits is replayed before the promotion, never thrown away. */
export const resumeReplay: MutationStep<ChangeWorld, unknown, FailoverInput> = {
  kind: 'mutation',
  name: 'resume-replay',
  group: 'outage',
  server: (c) => c.input.newPrimary.serverName,
  skip: (input) => !input.replayPaused,
  explain: (c) =>
    text(
      `Let replay on ${c.input.newPrimary.serverName} go on: it was paused.`,
      `Das Einspielen auf ${c.input.newPrimary.serverName} fortsetzen: Es war angehalten.`,
    ),
  actions: (c) => [
    { type: 'sql', server: c.input.newPrimary.serverName, statement: 'SELECT pg_wal_replay_resume();' },
  ],
  expectedMs: () => 100,
  needs: [],
  isDone: async (c) => ((await isPaused(c)) ? 'not-done' : 'done'),
  remember: async (c) => ({ paused: await isPaused(c) }),
  do: (c) => c.world.newPrimary.admin.setReplay('running', within(c)),
  undo: {
    explain: () => text('Pause replay again.', 'Das Einspielen wieder anhalten.'),
    isDone: async (c, raw) => (!zBefore.parse(raw).paused || (await isPaused(c)) ? 'done' : 'not-done'),
    do: (c) => c.world.newPrimary.admin.setReplay('paused', within(c)),
  },
  timeouts: { doMs: 15_000, settleMs: 5_000, pollMs: 10 },
  retry: RETRY.transientOnly,
};

import * as z from 'zod';
import {
  defineOperation,
  RETRY,
  type MutationStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import { AppError } from '#server/errors/app-error.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import { text } from '#server/domain/text.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { REPLAY_GATES } from './gates.ts';
import { parseReplayInput, type ReplayInput } from './input.ts';
import { observeReplay, type ReplayObservation } from './look.ts';

type Context = StepContext<PairWorld, ReplayInput>;
type Wanted = ReplayInput['wanted'];

const STATEMENT = {
  paused: 'SELECT pg_wal_replay_pause();',
  running: 'SELECT pg_wal_replay_resume();',
} as const satisfies Record<Wanted, string>;
/** Replay pauses at its next record; a long one, or a wait for a query, comes first. */
const PAUSE_MS = 60_000;

const zBefore = z.object({ wanted: z.enum(['paused', 'running']) });
const zProof = z.object({
  state: z.string(),
  receivedLsn: z.string().nullable(),
  replayedLsn: z.string().nullable(),
});

async function stateOf(c: Context) {
  const replay = await c.world.standby.admin.replay(within(c));
  if (replay !== null) return replay;
  throw new AppError('WORLD_CHANGED', {
    message: `${c.input.standby.serverName} is no standby any more`,
    hint: 'Look at the pair: its roles are not what was recorded.',
  });
}

/** A pause that was only asked for is none yet. */
const is = async (c: Context, wanted: Wanted): Promise<boolean> =>
  (await stateOf(c)).pause === (wanted === 'paused' ? 'paused' : 'not paused');

const set: MutationStep<PairWorld, ReplayObservation, ReplayInput> = {
  kind: 'mutation',
  name: 'set-replay',
  group: 'changes-standby',
  server: (c) => c.input.standby.serverName,
  explain: ({ input }) =>
    input.wanted === 'paused'
      ? text(
          `Pause replay on ${input.standby.serverName}: it goes on receiving, and its data stay as they are.`,
          `Das Einspielen auf ${input.standby.serverName} anhalten: Er empfängt weiter, seine Daten bleiben, wie sie sind.`,
        )
      : text(
          `Let replay on ${input.standby.serverName} go on with everything that it received.`,
          `Das Einspielen auf ${input.standby.serverName} mit allem Empfangenen fortsetzen.`,
        ),
  actions: (c) => [
    { type: 'sql', server: c.input.standby.serverName, statement: STATEMENT[c.input.wanted] },
    { type: 'sql', server: c.input.standby.serverName, statement: 'SELECT pg_get_wal_replay_pause_state();' },
  ],
  expectedMs: () => 300,
  needs: [],
  isDone: async (c) => ((await is(c, c.input.wanted)) ? 'done' : 'not-done'),
  remember: async (c) => ({ wanted: (await stateOf(c)).pause === 'not paused' ? 'running' : 'paused' }),
  do: (c) => c.world.standby.admin.setReplay(c.input.wanted, within(c)),
  output: async (c) => {
    const { pause, receivedLsn, replayedLsn } = await stateOf(c);
    return {
      state: pause,
      receivedLsn: receivedLsn === null ? null : formatLsn(receivedLsn),
      replayedLsn: replayedLsn === null ? null : formatLsn(replayedLsn),
    };
  },
  fact: (output) => {
    const { state, receivedLsn, replayedLsn } = zProof.parse(output);
    const [received, replayed] = [receivedLsn ?? '-', replayedLsn ?? '-'];
    return text(
      `${state}: received ${received}, replayed ${replayed}`,
      `${state}: empfangen ${received}, eingespielt ${replayed}`,
    );
  },
  undo: {
    explain: () => text('Put replay back as it was.', 'Das Einspielen wieder so stellen, wie es war.'),
    isDone: async (c, raw) => ((await is(c, zBefore.parse(raw).wanted)) ? 'done' : 'not-done'),
    do: (c, raw) => c.world.standby.admin.setReplay(zBefore.parse(raw).wanted, within(c)),
  },
  timeouts: { doMs: 20_000, settleMs: PAUSE_MS },
  retry: RETRY.transientOnly,
};

/** Pauses replay on the standby, or lets it go on. */
export const setReplay = defineOperation<PairWorld, ReplayObservation, ReplayInput>({
  kind: 'set-replay',
  version: 1,
  title: (input) =>
    input.wanted === 'paused'
      ? text(`Pause replay of ${input.pairName}`, `Einspielen von ${input.pairName} anhalten`)
      : text(`Resume replay of ${input.pairName}`, `Einspielen von ${input.pairName} fortsetzen`),
  parseInput: parseReplayInput,
  observe: (c) => observeReplay(c.world, within(c)),
  steps: [
    {
      kind: 'check',
      name: 'may-set-replay',
      group: 'reads',
      server: (c) => c.input.standby.serverName,
      explain: (c) =>
        text(
          `Check ${c.input.standby.serverName} once more: it is the standby.`,
          `${c.input.standby.serverName} noch einmal prüfen: Er ist der Standby-Server.`,
        ),
      expectedMs: () => 300,
      gates: REPLAY_GATES,
    },
    set,
  ],
});

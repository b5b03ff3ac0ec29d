import * as z from 'zod';
import { AppError, toAppError, type Problem } from '#server/errors/app-error.ts';
import type { StepContext, WaitStep } from '#server/engine/define-operation.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import { text } from '#server/domain/text.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { ChangeWorld } from '../../change/world.ts';

const zFinal = z.object({ lsn: z.string() });

/** Everything received is replayed. The end of WAL may lie within a record that never came whole. */
export const replayAll: WaitStep<ChangeWorld, FailoverInput> = {
  kind: 'wait',
  name: 'replay-all',
  group: 'outage',
  server: (c) => c.input.newPrimary.serverName,
  explain: (c) =>
    text(
      `Wait until ${c.input.newPrimary.serverName} has replayed everything that it received.`,
      `Warten, bis ${c.input.newPrimary.serverName} alles Empfangene eingespielt hat.`,
    ),
  actions: (c) => [
    {
      type: 'sql',
      server: c.input.newPrimary.serverName,
      statement: 'SELECT pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn();',
    },
  ],
  expectedMs: () => 20,
  isDone: async (c) => {
    const first = await ask(c);
    if ('conflict' in first) return first;
    if (first.replayPaused) return { conflict: pausedAgain(c.input.newPrimary.serverName) };
    if (first.receivedLsn === null || first.lsn >= first.receivedLsn) return 'done';
    // A part of a record stays unreplayed for ever: no progress between two looks near the end is the end.
    if (first.receivedLsn - first.lsn > 16n * 1024n * 1024n) return 'not-done';
    await c.world.clock.sleep(STILL_MS, c.signal);
    const second = await c.world.newPrimary.session.position(within(c));
    return second.lsn === first.lsn ? 'done' : 'not-done';
  },
  output: async (c) => ({ lsn: formatLsn((await c.world.newPrimary.session.position(within(c))).lsn) }),
  fact: (output) => {
    const { lsn } = zFinal.parse(output);
    return text(`replayed to ${lsn}`, `eingespielt bis ${lsn}`);
  },
  timeouts: { settleMs: 3_600_000, pollMs: 10 },
};

/** It may pause by itself at a record that asks for higher settings: its promotion would shut it down. */
function pausedAgain(name: string): Problem {
  return new AppError('WORLD_CHANGED', {
    message: `replay on ${name} has paused before everything was replayed`,
    hint: `If its log says “insufficient parameter settings”, raise those and restart PostgreSQL on ${name}, then retry. Undo gives the old primary back as it was.`,
  }).toProblem();
}

const STILL_MS = 40;
/** Replay may take an hour; a node that says nothing for so long does not replay. */
const SILENT_MS = 30_000;
const silentSince = new WeakMap<ChangeWorld, number>();

/** The node's position. In an emergency a dead one is not waited for: somebody must start it. */
async function ask(
  c: StepContext<ChangeWorld, FailoverInput>,
): Promise<NodePosition | { conflict: Problem }> {
  const { clock, newPrimary } = c.world;
  try {
    const position = await newPrimary.session.position(within(c, ANSWER_MS));
    silentSince.delete(c.world);
    return position;
  } catch (thrown) {
    c.signal.throwIfAborted();
    const since = silentSince.get(c.world) ?? clock.monotonicMs();
    silentSince.set(c.world, since);
    if (clock.monotonicMs() - since < SILENT_MS) throw thrown;
    silentSince.delete(c.world);
    const conflict = new AppError('WORLD_CHANGED', {
      message: `${c.input.newPrimary.serverName} has not answered for ${SILENT_MS / 1_000} s`,
      detail: toAppError(thrown).message,
      hint: 'Start its PostgreSQL, then retry: it goes on replaying. Undo gives the old primary back as it was.',
    });
    return { conflict: conflict.toProblem() };
  }
}
const ANSWER_MS = 5_000;

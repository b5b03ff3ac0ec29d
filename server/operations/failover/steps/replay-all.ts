import * as z from 'zod';
import type { WaitStep } from '#server/engine/define-operation.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { FailoverWorld } from '../world.ts';

const zFinal = z.object({ lsn: z.string() });

/** Everything received is replayed. The end of WAL may lie within a record that never came whole. */
export const replayAll: WaitStep<FailoverWorld, FailoverInput> = {
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
    const first = await c.world.newPrimary.session.position(within(c));
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

const STILL_MS = 40;

import * as z from 'zod';
import type { WaitStep } from '#server/engine/define-operation.ts';
import { requireLsn } from '#server/domain/lsn.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import { other, type ChangeInput, type Pin } from '../input.ts';
import type { ChangeWorld } from '../world.ts';
import { zPromoted } from './promote-new.ts';

const zOutput = z.object({ replayLsn: z.string().nullable() });

/**
 * `on` streams from the other node and has replayed beyond the fork: a diverged node can be connected
 * and stay in state startup for ever.
 */
export function waitStreaming<I extends ChangeInput>(
  name: string,
  on: Pin,
  forkOf: (outputOf: (step: string) => unknown) => string | null = (outputOf) =>
    zPromoted.safeParse(outputOf('promote-new')).data?.lsn ?? null,
): WaitStep<ChangeWorld, I> {
  return {
    kind: 'wait',
    name,
    group: 'comes-back',
    server: (c) => c.input[on].serverName,
    explain: (c) =>
      text(
        `Wait until ${c.input[on].serverName} streams from ${c.input[other(on)].serverName}.`,
        `Warten, bis ${c.input[on].serverName} von ${c.input[other(on)].serverName} repliziert.`,
      ),
    actions: (c) => [
      {
        type: 'sql',
        server: c.input[other(on)].serverName,
        statement: `SELECT state, replay_lsn FROM pg_stat_replication WHERE application_name = '${c.input.slotName}';`,
      },
    ],
    expectedMs: () => 1_500,
    isDone: async (c) => {
      const senders = await c.world[other(on)].admin.senders(within(c));
      const ours = senders.find((s) => s.applicationName === c.input.slotName && s.state === 'streaming');
      if (ours?.replayLsn === undefined || ours.replayLsn === null) return 'not-done';
      const fork = forkOf((step) => c.outputOf(step));
      if (fork !== null && requireLsn(ours.replayLsn) < requireLsn(fork)) return 'not-done';
      return (await c.world[on].session.position(within(c))).inRecovery ? 'done' : 'not-done';
    },
    output: async (c) => {
      const senders = await c.world[other(on)].admin.senders(within(c));
      return { replayLsn: senders.find((s) => s.applicationName === c.input.slotName)?.replayLsn ?? null };
    },
    fact: (output) => {
      const { replayLsn } = zOutput.parse(output);
      return text(
        `streaming, replayed ${replayLsn ?? '?'}`,
        `Streaming, eingespielt bis ${replayLsn ?? '?'}`,
      );
    },
    timeouts: { settleMs: 120_000, pollMs: 100 },
  };
}

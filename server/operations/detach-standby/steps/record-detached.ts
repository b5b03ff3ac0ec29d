import * as z from 'zod';
import { RETRY, type MutationStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeWorld } from '../../change/world.ts';
import type { DetachInput } from '../input.ts';
import type { DetachObservation } from '../look.ts';

const zBefore = z.object({ sinceMs: z.number() });

/** Before the standby stops, so that its silence is no alarm and nobody may fail over to it. */
export const recordDetached: MutationStep<ChangeWorld, DetachObservation, DetachInput> = {
  kind: 'mutation',
  name: 'record-detached',
  group: 'prepares',
  server: () => null,
  explain: (c) =>
    text(
      `Record that ${c.input.oldPrimary.serverName} follows no more: no alarm, and no failover to it.`,
      `Vermerken, dass ${c.input.oldPrimary.serverName} nicht mehr folgt: kein Alarm, und kein Failover auf ihn.`,
    ),
  expectedMs: () => 20,
  needs: [],
  isDone: async (c) => ((await c.world.roles.get(c.input.pairId)).detached === null ? 'not-done' : 'done'),
  remember: (c) => Promise.resolve({ sinceMs: c.world.clock.nowMs() }),
  do: (c) =>
    c.world.roles.detach(c.input.pairId, {
      sinceMs: zBefore.safeParse(c.rememberedBy('record-detached')).data?.sinceMs ?? c.world.clock.nowMs(),
      syncNames: c.input.syncNames,
    }),
  undo: {
    explain: () => text('It follows again.', 'Er folgt wieder.'),
    isDone: async (c) => ((await c.world.roles.get(c.input.pairId)).detached === null ? 'done' : 'not-done'),
    do: (c) => c.world.roles.detach(c.input.pairId, null),
  },
  timeouts: { doMs: 15_000, settleMs: 5_000 },
  retry: RETRY.transientOnly,
};

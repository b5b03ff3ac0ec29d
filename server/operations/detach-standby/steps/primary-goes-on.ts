import * as z from 'zod';
import type { ReadStep } from '#server/engine/define-operation.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { DetachInput } from '../input.ts';

const COMMIT_MS = 10_000;
const zCommit = z.object({ lsn: z.string(), ms: z.number() });

/** A commit that comes back proves that none waits for the standby. */
export const primaryGoesOn: ReadStep<ChangeWorld, DetachInput> = {
  kind: 'read',
  name: 'primary-goes-on',
  group: 'proves',
  server: (c) => c.input.newPrimary.serverName,
  explain: (c) =>
    text(
      `Commit once on ${c.input.newPrimary.serverName}: it must not wait for anybody.`,
      `Einmal auf ${c.input.newPrimary.serverName} committen: Es darf auf niemanden warten.`,
    ),
  actions: (c) => [
    { type: 'sql', server: c.input.newPrimary.serverName, statement: 'SELECT txid_current();' },
  ],
  expectedMs: () => 50,
  timeoutMs: COMMIT_MS,
  read: async (c) => {
    const startedMs = c.world.clock.monotonicMs();
    const lsn = await c.world.newPrimary.session.write(within(c, COMMIT_MS));
    return { lsn: formatLsn(lsn), ms: Math.round(c.world.clock.monotonicMs() - startedMs) };
  },
  fact: (output) => {
    const { lsn, ms } = zCommit.parse(output);
    return text(`committed at ${lsn} in ${ms} ms`, `Commit bei ${lsn} in ${ms} ms`);
  },
};

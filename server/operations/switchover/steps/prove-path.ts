import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import type { ReadStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeWorld } from '../../change/world.ts';
import { within } from '../../pair-world.ts';
import type { SwitchoverInput } from '../input.ts';

const zProof = z.object({ roundTripMs: z.number(), lsn: z.string() });
const LOOK_EVERY_MS = 3;

/** A commit of ours, seen replayed: walsender, receiver and replay live, seconds before the stop. */
export const provePath: ReadStep<ChangeWorld, SwitchoverInput> = {
  kind: 'read',
  name: 'prove-path',
  group: 'prepares',
  server: (c) => c.input.newPrimary.serverName,
  explain: (c) =>
    text(
      `Commit on ${c.input.oldPrimary.serverName} and see it replayed on ${c.input.newPrimary.serverName}; open every connection that the outage needs.`,
      `Auf ${c.input.oldPrimary.serverName} committen und zusehen, wie ${c.input.newPrimary.serverName} es einspielt; jede Verbindung öffnen, die in der Unterbrechung gebraucht wird.`,
    ),
  actions: (c) => [
    { type: 'sql', server: c.input.oldPrimary.serverName, statement: 'SELECT pg_current_xact_id();' },
    { type: 'sql', server: c.input.newPrimary.serverName, statement: 'SELECT pg_last_wal_replay_lsn();' },
  ],
  expectedMs: () => 100,
  timeoutMs: 20_000,
  read: async (c) => {
    const { clock, oldPrimary, newPrimary } = c.world;
    const startedAtMs = clock.monotonicMs();
    if ((await oldPrimary.session.position(within(c))).inRecovery) {
      throw new AppError('GATE_FAILED', {
        message: `${c.input.oldPrimary.serverName} was started since it was fenced, and is read-only`,
        hint: 'Its host has booted, or somebody started it. It is started again, writable as before; look at why before the next try.',
      });
    }
    const lsn = await oldPrimary.session.write(within(c));
    let seen = await newPrimary.session.position(within(c));
    while (seen.lsn < lsn) {
      await clock.sleep(LOOK_EVERY_MS, c.signal);
      seen = await newPrimary.session.position(within(c));
    }
    const { timeline } = await oldPrimary.session.position(within(c));
    if (seen.receiver !== 'streaming' || seen.timeline !== timeline) {
      throw new AppError('GATE_FAILED', {
        message: `${c.input.newPrimary.serverName} does not stream timeline ${timeline}`,
        detail: `receiver ${seen.receiver ?? 'absent'}, timeline ${seen.timeline}`,
        hint: 'Look at replication on the page of the pair.',
      });
    }
    const roundTripMs = Math.round(clock.monotonicMs() - startedAtMs);
    // Shells and helper connections too: the first command of a shell costs more than the stop.
    await Promise.all([
      oldPrimary.runtime.stopState(within(c)),
      oldPrimary.runtime.controlData(within(c)),
      newPrimary.runtime.stopState(within(c)),
    ]);
    return { roundTripMs, timeline, lsn: formatLsn(lsn) };
  },
  fact: (output) => {
    const { roundTripMs } = zProof.parse(output);
    return text(`replayed after ${roundTripMs} ms`, `nach ${roundTripMs} ms eingespielt`);
  },
};

import { AppError } from '#server/errors/app-error.ts';
import type { ReadStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { ChangeWorld } from '../../change/world.ts';
import { feasibility } from '../gates.ts';
import type { RejoinInput } from '../input.ts';
import { observeRejoin } from '../look.ts';

/** The slot holds from now on; what was removed between the look and the slot is missed here, not later. */
export const walIsThere: ReadStep<ChangeWorld, RejoinInput> = {
  kind: 'read',
  name: 'wal-is-there',
  group: 'prepares',
  server: (c) => c.input.newPrimary.serverName,
  skip: (input) => input.way !== 'start',
  explain: (c) =>
    text(
      `Check that ${c.input.newPrimary.serverName} still has the WAL that ${c.input.oldPrimary.serverName} needs next.`,
      `Prüfen, dass ${c.input.newPrimary.serverName} das WAL noch hat, das ${c.input.oldPrimary.serverName} als Nächstes braucht.`,
    ),
  expectedMs: () => 300,
  timeoutMs: 20_000,
  read: async (c) => {
    const observation = await observeRejoin(c.world, c.input, c.signal);
    const { feasible, reason } = feasibility(observation, 'start');
    if (feasible) return { ok: true };
    throw new AppError('GATE_FAILED', {
      message: reason.en,
      hint: 'Open the page again: it offers the way that is left.',
    });
  },
};

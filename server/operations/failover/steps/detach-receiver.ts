import { text } from '#server/domain/text.ts';
import { alterSettings } from '../../change/steps/alter-settings.ts';
import { within } from '../../pair-world.ts';
import type { FailoverInput } from '../input.ts';
import type { ChangeWorld } from '../../change/world.ts';

/** From here on what was received is final: nothing can arrive between the last look and the promotion. */
export const detachReceiver = alterSettings<ChangeWorld, unknown, FailoverInput>({
  name: 'detach-receiver',
  group: 'outage',
  on: (world) => world.newPrimary,
  serverName: (input) => input.newPrimary.serverName,
  // A primary that is proven to be stopped sends nothing any more.
  skip: (input) => input.oldHostReachable,
  copy: 'detach',
  wanted: () => new Map([['primary_conninfo', '']]),
  load: 'reload',
  // Over the session that is open: a login more would lengthen the outage.
  inForce: async (c) => (await c.world.newPrimary.session.position(within(c))).receiver === null,
  explain: (c) =>
    text(
      `Detach ${c.input.newPrimary.serverName} from the old primary: what it has received is final.`,
      `${c.input.newPrimary.serverName} vom alten Primärserver trennen: Was er empfangen hat, ist endgültig.`,
    ),
  undoExplain: () => text('Attach it again.', 'Ihn wieder verbinden.'),
  expectedMs: 80,
  timeouts: { doMs: 15_000, settleMs: 10_000, pollMs: 5 },
});

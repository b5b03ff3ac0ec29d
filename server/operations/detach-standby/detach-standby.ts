import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { setSyncNames } from '../change/steps/sync-names.ts';
import { takeAutostart } from '../change/steps/take-autostart.ts';
import type { ChangeWorld } from '../change/world.ts';
import { DETACH_GATES } from './gates.ts';
import { parseDetachInput, type DetachInput } from './input.ts';
import { observeDetach, type DetachObservation } from './look.ts';
import { dropStandbySlot } from './steps/drop-standby-slot.ts';
import { primaryGoesOn } from './steps/primary-goes-on.ts';
import { recordDetached } from './steps/record-detached.ts';
import { stopStandby } from './steps/stop-standby.ts';

/**
 * The standby stops following and the pair stays known: nothing waits for it, nothing is kept for it, and
 * it comes back by a rejoin, the cheapest way that is left then.
 */
export const detachStandby = defineOperation<ChangeWorld, DetachObservation, DetachInput>({
  kind: 'detach-standby',
  version: 1,
  title: (input) =>
    text(
      `Detach ${input.oldPrimary.serverName} from ${input.pairName}`,
      `${input.oldPrimary.serverName} von ${input.pairName} abhängen`,
    ),
  parseInput: parseDetachInput,
  observe: (c) => observeDetach(c.world, c.input, c.signal),
  steps: [
    {
      kind: 'check',
      name: 'may-detach',
      group: 'reads',
      server: () => null,
      explain: () => text('Check both servers once more.', 'Beide Server noch einmal prüfen.'),
      expectedMs: () => 500,
      gates: DETACH_GATES,
    },
    setSyncNames({
      name: 'release-sync',
      on: 'newPrimary',
      group: 'prepares',
      // Not a reset: a value in postgresql.conf would come into force.
      names: () => '',
      skip: (input) => input.syncNames === null,
      explain: (input) =>
        text(
          `Commits on ${input.newPrimary.serverName} wait for nobody, before ${input.oldPrimary.serverName} stops.`,
          `Commits auf ${input.newPrimary.serverName} warten auf niemanden, bevor ${input.oldPrimary.serverName} anhält.`,
        ),
      undoable: true,
    }),
    takeAutostart((input) => !input.standbyReachable),
    recordDetached,
    stopStandby,
    // Going back would let commits wait for a standby that may not come: from here it only goes on.
    POINT_OF_NO_RETURN,
    dropStandbySlot,
    primaryGoesOn,
  ],
});

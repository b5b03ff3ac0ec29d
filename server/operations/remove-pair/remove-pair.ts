import { defineOperation, POINT_OF_NO_RETURN } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../pair-world.ts';
import { parseRemoveInput, type RemoveInput } from './input.ts';
import { observeRemoval, REMOVE_GATES, type RemoveObservation } from './observation.ts';
import { dropOwnSlot } from './steps/drop-own-slot.ts';
import { dropRole, waitRolesGone } from './steps/drop-role.ts';
import { forgetPair, forgetSecrets } from './steps/forget-pair.ts';
import { detachStandby, releaseCommits } from './steps/part-nodes.ts';
import { removeHbaCopy } from './steps/remove-hba-copy.ts';
import { removeHelper } from './steps/remove-helper.ts';
import { removePassfile } from './steps/remove-passfile.ts';
import { removeStartGate } from './steps/remove-start-gate.ts';
import { takeRules } from './steps/take-rules.ts';
import type { RemoveWorld } from './world.ts';

/**
 * Lets go of a pair. What Tandem made on the servers is taken away or left, as the person said;
 * replication itself ends only if that was chosen. Roles go while replication still tells the standby.
 */
export const removePair = defineOperation<RemoveWorld, RemoveObservation, RemoveInput>({
  kind: 'remove-pair',
  version: 1,
  title: (input) => text(`Remove the pair ${input.pairName}`, `Das Serverpaar ${input.pairName} entfernen`),
  parseInput: parseRemoveInput,
  observe: (c) => observeRemoval(c.world, c.input, within(c)),
  steps: [
    {
      kind: 'check',
      name: 'is-this-pair',
      group: 'reads',
      server: () => null,
      skip: (input) => input.keep === 'all',
      explain: () =>
        text(
          'Check once more that these are the servers of the pair.',
          'Noch einmal prüfen, dass dies die Server des Serverpaars sind.',
        ),
      expectedMs: () => 500,
      gates: REMOVE_GATES,
    },
    releaseCommits,
    removeStartGate('standby'),
    removeStartGate('primary'),
    dropRole('replication'),
    dropRole('rewind'),
    dropRole('monitor'),
    waitRolesGone,
    detachStandby,
    dropOwnSlot('primary'),
    dropOwnSlot('standby'),
    removePassfile('standby'),
    removePassfile('primary'),
    takeRules('primary'),
    takeRules('standby'),
    removeHbaCopy('primary'),
    removeHbaCopy('standby'),
    POINT_OF_NO_RETURN,
    forgetPair,
    forgetSecrets,
    removeHelper('standby'),
    removeHelper('primary'),
  ],
});

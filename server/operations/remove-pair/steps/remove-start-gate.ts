import type { MutationStep } from '#server/engine/define-operation.ts';
import { gateFiles } from '#server/domain/gate-files.ts';
import { text } from '#server/domain/text.ts';
import { gateStep } from '../../start-gate/gate-step.ts';
import type { RemoveInput, Side } from '../input.ts';
import type { RemoveObservation } from '../observation.ts';
import type { RemoveWorld } from '../world.ts';

/** A gate that asks with a role which is gone would hold a healthy primary read-only at its next start. */
export const removeStartGate = (on: Side): MutationStep<RemoveWorld, RemoveObservation, RemoveInput> =>
  gateStep({
    side: on,
    name: `remove-start-gate-on-${on}`,
    skip: (input) => input.keep === 'all' || gateFiles(input[on].location) === null,
    explain: (input) =>
      text(
        `Take the start gate of ${input[on].serverName} away, if there is one.`,
        `Die Startsperre von ${input[on].serverName} entfernen, falls es eine gibt.`,
      ),
    wanted: () => null,
    undo: text('Lay it again as it was.', 'Sie wieder legen, wie sie war.'),
  });

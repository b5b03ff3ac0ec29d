import type { CheckStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { ADOPT_GATES, type AdoptObservation } from './observation.ts';

/** The first step of whatever is done to a pair that replicates already. */
export const replicates: CheckStep<unknown, AdoptObservation, unknown> = {
  kind: 'check',
  name: 'replicates',
  group: 'reads',
  server: () => null,
  explain: () =>
    text('Check once more that the pair replicates.', 'Noch einmal prüfen, dass das Serverpaar repliziert.'),
  expectedMs: () => 500,
  gates: ADOPT_GATES,
};

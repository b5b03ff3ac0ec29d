import { defineOperation } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import { ADOPT_GATES, observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { layGate, tryGate } from './gate-steps.ts';
import { parseGateInput, specOf, type GateInput } from './input.ts';
import { settleWish } from './settle-wish.ts';

/** A small script before each start of both nodes that asks the partner who is primary. */
export const placeStartGate = defineOperation<PairWorld, AdoptObservation, GateInput>({
  kind: 'start-gate',
  version: 1,
  title: (input) =>
    input.choice === 'remove'
      ? text(
          `Take the start gates of ${input.pairName} away`,
          `Die Startsperren von ${input.pairName} entfernen`,
        )
      : text(`Lay start gates for ${input.pairName}`, `Startsperren für ${input.pairName} legen`),
  parseInput: parseGateInput,
  observe: (c) => observePair(c.world, within(c)),
  steps: [
    {
      kind: 'check',
      name: 'replicates',
      group: 'reads',
      server: () => null,
      skip: (input) => input.choice === 'remove',
      explain: () =>
        text(
          'Check once more that the pair replicates.',
          'Noch einmal prüfen, dass das Serverpaar repliziert.',
        ),
      expectedMs: () => 500,
      gates: ADOPT_GATES,
    },
    layGate<PairWorld, AdoptObservation, GateInput>('standby', specOf),
    layGate<PairWorld, AdoptObservation, GateInput>('primary', specOf),
    tryGate<PairWorld, GateInput>('standby', specOf),
    tryGate<PairWorld, GateInput>('primary', specOf),
    settleWish(),
  ],
});

import * as z from 'zod';
import { defineOperation, type ReadStep } from '#server/engine/define-operation.ts';
import { text } from '#server/domain/text.ts';
import type { Json } from '#server/ports/operation-store.ts';
import { observeChange, type ChangeObservation } from '../change/look.ts';
import type { ChangeWorld } from '../change/world.ts';
import { SWITCHOVER_GATES } from '../switchover/gates/switchover-gates.ts';
import { parseSwitchoverInput, type SwitchoverInput } from '../switchover/input.ts';
import { provePath } from '../switchover/steps/prove-path.ts';

const zKept = z.object({ gates: z.array(z.object({ state: z.string() })) });

/** Every gate with what was measured, kept whether they pass or not. */
const measure: ReadStep<ChangeWorld, SwitchoverInput> = {
  kind: 'read',
  name: 'measure',
  group: 'reads',
  server: () => null,
  explain: () =>
    text(
      'Measure every condition on both servers and keep the result.',
      'Jede Bedingung auf beiden Servern messen und das Ergebnis aufheben.',
    ),
  expectedMs: () => 700,
  timeoutMs: 60_000,
  read: async (c) => {
    const observation = await observeChange(c.world, c.input, c.signal);
    const gates = SWITCHOVER_GATES.flatMap((gate) => gate(observation, c.input));
    return JSON.parse(JSON.stringify({ gates })) as Json;
  },
  fact: (output) => {
    const { gates } = zKept.parse(output);
    const ok = gates.filter((g) => g.state === 'ok').length;
    return text(
      `${ok} of ${gates.length} conditions are met`,
      `${ok} von ${gates.length} Bedingungen erfüllt`,
    );
  },
};

/** A planned switchover up to the point where something would change; the result is kept as a run. */
export const rehearse = defineOperation<ChangeWorld, ChangeObservation, SwitchoverInput>({
  kind: 'rehearse',
  version: 1,
  title: (input) =>
    text(
      `Rehearse the switchover of ${input.pairName} to ${input.newPrimary.serverName}`,
      `Den Rollenwechsel von ${input.pairName} auf ${input.newPrimary.serverName} proben`,
    ),
  parseInput: parseSwitchoverInput,
  observe: (c) => observeChange(c.world, c.input, c.signal),
  steps: [
    measure,
    {
      kind: 'check',
      name: 'ready',
      group: 'reads',
      server: () => null,
      explain: () =>
        text('Judge them as the real run would.', 'Sie beurteilen, wie der echte Vorgang es täte.'),
      expectedMs: () => 700,
      gates: SWITCHOVER_GATES,
    },
    provePath,
  ],
});

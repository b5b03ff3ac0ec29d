import { AppError } from '#server/errors/app-error.ts';
import { defineOperation, type MutationStep, type ReadStep } from '#server/engine/define-operation.ts';
import { gateFiles } from '#server/domain/gate-files.ts';
import { gateConfig } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import { ADOPT_GATES, observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { gateOf, gateStep } from './gate-step.ts';
import { parseGateInput, specOf, type GateInput, type Side } from './input.ts';

/** The files before the next start of one node. */
const place = (side: Side): MutationStep<PairWorld, AdoptObservation, GateInput> =>
  gateStep({
    side,
    name: `gate-on-${side}`,
    explain: (input) =>
      input.choice === 'remove'
        ? text(
            `Take the start gate of ${input[side].serverName} away. Nothing restarts.`,
            `Die Startsperre von ${input[side].serverName} entfernen. Nichts wird neu gestartet.`,
          )
        : text(
            `Lay the start gate before each start of ${input[side].serverName}. Nothing restarts.`,
            `Die Startsperre vor jeden Start von ${input[side].serverName} legen. Nichts wird neu gestartet.`,
          ),
    wanted: (input) => {
      const spec = specOf(input, side);
      return spec === null ? null : gateConfig(spec);
    },
    undo: text('Put back what was there.', 'Zurücklegen, was da war.'),
  });

/** A gate that cannot ask would hold a healthy server: it must give the right answer before it counts. */
function prove(side: Side): ReadStep<PairWorld, GateInput> {
  const wanted = side === 'primary' ? 'open' : 'read-only';
  return {
    kind: 'read',
    name: `try-on-${side}`,
    group: 'proves',
    server: (c) => c.input[side].serverName,
    skip: (input) => input.choice === 'remove',
    explain: (c) =>
      side === 'primary'
        ? text(
            `Ask the gate of ${c.input.primary.serverName} what it would do now: it must let the primary start writable.`,
            `Die Startsperre von ${c.input.primary.serverName} fragen, was sie jetzt täte: Sie muss den Primärserver schreibbar starten lassen.`,
          )
        : text(
            `Ask the gate of ${c.input.standby.serverName}: it must leave the standby read-only.`,
            `Die Startsperre von ${c.input.standby.serverName} fragen: Sie muss den Standby-Server nur lesend lassen.`,
          ),
    actions: (c) => {
      const gate = gateFiles(c.input[side].location);
      if (gate === null) return [];
      const line = `${gate.paths.script} ${gate.paths.config} try`;
      return [{ type: 'command', server: c.input[side].serverName, runAs: 'root', line }];
    },
    expectedMs: () => 200,
    timeoutMs: 20_000,
    read: async (c) => {
      const answer = await gateOf(c, side).try(within(c));
      if (answer.decision === wanted) return answer;
      throw new AppError('GATE_FAILED', {
        message: `the start gate of ${c.input[side].serverName} would decide ${answer.decision}, not ${wanted}`,
        detail: answer.reason,
        hint: 'It asks with the replication role and the password file of the data directory. Everything is put back.',
      });
    },
  };
}

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
    place('standby'),
    place('primary'),
    prove('standby'),
    prove('primary'),
  ],
});

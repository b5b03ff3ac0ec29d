import { AppError } from '#server/errors/app-error.ts';
import type { MutationStep, ReadStep } from '#server/engine/define-operation.ts';
import { gateFiles } from '#server/domain/gate-files.ts';
import { gateConfig, type StartGateSpec } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { gateOf, gateStep, type GatePlaces } from './gate-step.ts';
import type { Side } from './input.ts';

/** What the gate of one node knows; null = that node has none when the step is done. */
type SpecOf<I> = (input: I, side: Side) => StartGateSpec | null;

/** The files before the next start of one node. */
export function layGate<W extends PairWorld, O, I extends GatePlaces>(
  side: Side,
  specOf: SpecOf<I>,
): MutationStep<W, O, I> {
  return gateStep({
    side,
    name: `gate-on-${side}`,
    explain: (input) =>
      specOf(input, side) === null
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
}

/** A gate that cannot ask would hold a healthy server: it must give the right answer before it counts. */
export function tryGate<W extends PairWorld, I extends GatePlaces>(
  side: Side,
  specOf: SpecOf<I>,
): ReadStep<W, I> {
  const wanted = side === 'primary' ? 'open' : 'read-only';
  return {
    kind: 'read',
    name: `try-on-${side}`,
    group: 'proves',
    server: (c) => c.input[side].serverName,
    skip: (input) => specOf(input, side) === null,
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
        hint: 'It asks with the replication role and the password file of the data directory. Both gates are taken away again.',
      });
    },
  };
}

import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import {
  defineOperation,
  RETRY,
  type MutationStep,
  type ReadStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import type { PlanAction } from '#server/domain/plan.ts';
import { gateConfig, gateDropIn, gatePaths, unitOf } from '#server/domain/start-gate.ts';
import { START_GATE_SCRIPT } from '#server/domain/start-gate-script.ts';
import { text } from '#server/domain/text.ts';
import type { StartGateControl } from '#server/ports/postgres-runtime.ts';
import { ADOPT_GATES, observePair, type AdoptObservation } from '../adopt-pair/observation.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { parseGateInput, specOf, type GateInput, type Side } from './input.ts';

type Context = StepContext<PairWorld, GateInput>;

/** What was there; null = no gate. */
const zBefore = z.object({ config: z.string().nullable() });

function gateOf(c: Context, side: Side): StartGateControl {
  const { startGate } = c.world[side].runtime;
  if (startGate !== null) return startGate;
  throw new AppError('INSTANCE_NOT_SUPPORTED', {
    message: `nothing starts PostgreSQL on ${c.input[side].serverName} that a gate could stand before`,
    hint: 'A start gate stands before a start by systemd.',
  });
}

async function configOn(c: Context, side: Side): Promise<string | null> {
  const state = await gateOf(c, side).state(within(c));
  return typeof state === 'string' ? null : state.config;
}

async function lay(c: Context, side: Side, config: string | null): Promise<void> {
  const gate = gateOf(c, side);
  await (config === null ? gate.remove(within(c)) : gate.install(config, within(c)));
}

const wantedOn = (input: GateInput, side: Side): string | null => {
  const spec = specOf(input, side);
  return spec === null ? null : gateConfig(spec);
};

function actionsOf(input: GateInput, side: Side): PlanAction[] {
  const { serverName, location } = input[side];
  const paths = gatePaths(unitOf(location) ?? '');
  const config = wantedOn(input, side);
  const reload: PlanAction = {
    type: 'command',
    server: serverName,
    runAs: 'root',
    line: 'systemctl daemon-reload',
  };
  if (config === null) {
    const line = `rm ${paths.dropIn} ${paths.config} ${paths.script}`;
    return [{ type: 'command', server: serverName, runAs: 'root', line }, reload];
  }
  const file = (path: string, after: string, mode: string): PlanAction => ({
    type: 'file',
    server: serverName,
    path,
    before: null,
    after,
    mode,
  });
  return [
    file(paths.script, START_GATE_SCRIPT, '0755'),
    file(paths.config, config, '0644'),
    file(paths.dropIn, gateDropIn(paths), '0644'),
    reload,
  ];
}

/** The files before the next start of one node; nothing restarts. */
function place(side: Side): MutationStep<PairWorld, AdoptObservation, GateInput> {
  return {
    kind: 'mutation',
    name: `gate-on-${side}`,
    group: side === 'primary' ? 'changes-primary' : 'changes-standby',
    server: (c) => c.input[side].serverName,
    explain: (c) =>
      c.input.choice === 'remove'
        ? text(
            `Take the start gate of ${c.input[side].serverName} away. Nothing restarts.`,
            `Die Startsperre von ${c.input[side].serverName} entfernen. Nichts wird neu gestartet.`,
          )
        : text(
            `Lay the start gate before each start of ${c.input[side].serverName}. Nothing restarts.`,
            `Die Startsperre vor jeden Start von ${c.input[side].serverName} legen. Nichts wird neu gestartet.`,
          ),
    actions: (c) => actionsOf(c.input, side),
    expectedMs: () => 400,
    needs: [],
    isDone: async (c) => ((await configOn(c, side)) === wantedOn(c.input, side) ? 'done' : 'not-done'),
    remember: async (c) => ({ config: await configOn(c, side) }),
    do: (c) => lay(c, side, wantedOn(c.input, side)),
    undo: {
      explain: () => text('Put back what was there.', 'Zurücklegen, was da war.'),
      isDone: async (c, raw) =>
        zBefore.parse(raw).config === (await configOn(c, side)) ? 'done' : 'not-done',
      do: (c, raw) => lay(c, side, zBefore.parse(raw).config),
    },
    timeouts: { doMs: 30_000, settleMs: 5_000 },
    retry: RETRY.transientOnly,
  };
}

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
      const paths = gatePaths(unitOf(c.input[side].location) ?? '');
      const line = `${paths.script} ${paths.config} try`;
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

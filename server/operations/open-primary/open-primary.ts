import { AppError } from '#server/errors/app-error.ts';
import {
  defineOperation,
  POINT_OF_NO_RETURN,
  RETRY,
  type MutationStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { unitOf } from '#server/domain/instance-location.ts';
import type { PlanAction } from '#server/domain/plan.ts';
import { gatePaths } from '#server/domain/start-gate.ts';
import { text } from '#server/domain/text.ts';
import { within, type PairWorld } from '../pair-world.ts';
import { OPEN_GATES, partnerIsNotAhead } from './gates.ts';
import { parseOpenInput, type OpenInput } from './input.ts';
import { observeOpen, type OpenObservation } from './look.ts';

type Context = StepContext<PairWorld, OpenInput>;

const STOP_MS = 60_000;
const START_MS = 120_000;

const signalOf = (input: OpenInput): string => `${input.primary.location.dataDirectory}/standby.signal`;

async function isWritable(c: Context): Promise<boolean> {
  const { runtime, admin } = c.world.primary;
  if (!(await runtime.isAcceptingConnections(within(c)))) return false;
  const status = await admin.status(within(c));
  if (status.systemIdentifier === c.input.systemIdentifier) return !status.inRecovery;
  throw new AppError('SYSTEM_ID_MISMATCH', {
    message: `another database system runs on ${c.input.primary.serverName}`,
    hint: 'Do not go on before you know who exchanged it.',
  });
}

function actionsOf(input: OpenInput): PlanAction[] {
  const { serverName, location } = input.primary;
  const unit = unitOf(location);
  const command = (runAs: string, line: string): PlanAction => ({
    type: 'command',
    server: serverName,
    runAs,
    line,
  });
  return [
    controlAction(serverName, location, 'stop'),
    ...(unit === null ? [] : [command('root', `touch ${gatePaths(unit).openOnce}`)]),
    command(location.osOwner, `rm ${signalOf(input)}`),
    controlAction(serverName, location, 'start'),
  ];
}

/**
 * One step, because what lets one start pass is used up by that start: after a crash all of it is done again.
 * A boot in between takes the permission away, and the gate decides anew. It stops first: an init system that
 * restarts what ends may start it once more before it hears of the stop, and that start would use the permission up.
 */
const open: MutationStep<PairWorld, OpenObservation, OpenInput> = {
  kind: 'mutation',
  name: 'open',
  group: 'changes-primary',
  server: (c) => c.input.primary.serverName,
  explain: (c) =>
    text(
      `Let one start of ${c.input.primary.serverName} pass, and start it writable on its own timeline.`,
      `Einen Start von ${c.input.primary.serverName} durchlassen und ihn schreibbar auf seiner eigenen Zeitlinie starten.`,
    ),
  actions: (c) => actionsOf(c.input),
  expectedMs: () => 3_000,
  needs: [partnerIsNotAhead],
  isDone: async (c) => ((await isWritable(c)) ? 'done' : 'not-done'),
  do: async (c) => {
    const { runtime, files } = c.world.primary;
    await runtime.stop({ ...within(c, STOP_MS), mode: 'fast' });
    await runtime.startGate?.openOnce(within(c));
    await files.removeFile(signalOf(c.input), c);
    await runtime.start(within(c, START_MS));
  },
  undo: { nothing: text('It stays the primary.', 'Er bleibt der Primärserver.') },
  timeouts: { doMs: STOP_MS + START_MS, settleMs: 60_000 },
  retry: RETRY.transientOnly,
};

/** Opens a primary that its start gate holds read-only while nobody else is primary. */
export const openPrimary = defineOperation<PairWorld, OpenObservation, OpenInput>({
  kind: 'open-primary',
  version: 1,
  title: (input) =>
    text(
      `Open ${input.primary.serverName}, the primary of ${input.pairName}, for writes`,
      `${input.primary.serverName}, den Primärserver von ${input.pairName}, für Schreibzugriffe öffnen`,
    ),
  parseInput: parseOpenInput,
  observe: (c) => observeOpen(c.world, within(c)),
  steps: [
    {
      kind: 'check',
      name: 'may-open',
      group: 'reads',
      server: () => null,
      explain: (c) =>
        text(
          `Check both servers once more: ${c.input.primary.serverName} is read-only, and ${c.input.standby.serverName} is no primary and has nothing more.`,
          `Beide Server noch einmal prüfen: ${c.input.primary.serverName} ist nur lesend, und ${c.input.standby.serverName} ist kein Primärserver und hat nicht mehr.`,
        ),
      expectedMs: () => 500,
      gates: OPEN_GATES,
    },
    POINT_OF_NO_RETURN,
    open,
  ],
});

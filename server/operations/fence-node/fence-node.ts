import { defineOperation, RETRY, type Gate, type MutationStep } from '#server/engine/define-operation.ts';
import { toAppError } from '#server/errors/app-error.ts';
import type { Text } from '#server/domain/plan.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import { fenceDirectory } from '../change/steps/fence-directory.ts';
import { rejectClients } from '../change/steps/reject-clients.ts';
import { takeAutostart } from '../change/steps/take-autostart.ts';
import { recordRoles } from '../change/steps/record-roles.ts';
import { stopForGood } from '../change/steps/stop-for-good.ts';
import type { ChangeWorld } from '../change/world.ts';
import { within } from '../pair-world.ts';
import { parseFenceInput, type FenceInput } from './input.ts';

/** One look at both nodes, at once: the fence acts on this alone. */
export interface FenceObservation {
  takenAtMs: number;
  names: { old: string; next: string };
  next: NodePosition | null;
  nextFailure: string | null;
  old: NodePosition | null;
  recordedPrimary: string;
}

const quiet = (thrown: unknown): null => {
  toAppError(thrown);
  return null;
};

/**
 * The other node writes, is this pair's system, and is the recorded primary or ahead in timelines. In
 * anything less, fencing could take down the only writable node.
 */
const otherNodeTookOver: Gate<FenceObservation, FenceInput> = (o, input) => {
  const title = text('The other node has taken over', 'Der andere Knoten hat übernommen');
  const base = { code: 'other-took-over', server: o.names.next, title, fix: null, measuredAtMs: o.takenAtMs };
  const { next } = o;
  if (next === null) return { ...base, state: 'blocking', detail: sameText(o.nextFailure ?? '') };
  const objection = objectionTo(next, input) ?? (input.byPerson ? null : doubtAbout(o, next, input));
  if (objection !== null) return { ...base, state: 'blocking', detail: objection, fix: DECIDE };
  const detail = text(`writes on timeline ${next.timeline}`, `schreibt auf Zeitlinie ${next.timeline}`);
  return { ...base, state: 'ok', detail };
};

const DECIDE = text(
  'Decide which node is right: either can be fenced.',
  'Entscheiden Sie, welcher Knoten der richtige ist: Jeder kann abgeschottet werden.',
);

function objectionTo(next: NodePosition, input: FenceInput): Text | null {
  if (next.inRecovery) return text('it does not accept writes', 'er nimmt keine Schreibzugriffe an');
  if (next.systemIdentifier !== input.systemIdentifier)
    return text('it is another database system', 'er ist ein anderes Datenbanksystem');
  return null;
}

function doubtAbout(o: FenceObservation, next: NodePosition, input: FenceInput): Text | null {
  const recorded = o.recordedPrimary === input.newPrimary.instanceId;
  if (recorded && (o.old === null || next.timeline > o.old.timeline)) return null;
  const old = o.old?.timeline ?? '?';
  return text(
    `recorded as primary: ${recorded}; timelines ${next.timeline} and ${old}`,
    `als Primärserver vermerkt: ${recorded ? 'ja' : 'nein'}; Zeitlinien ${next.timeline} und ${old}`,
  );
}

const settleFence: MutationStep<ChangeWorld, FenceObservation, FenceInput> = {
  kind: 'mutation',
  name: 'settle-fence',
  group: 'takes-over',
  server: () => null,
  skip: (input) => input.fenceId === null,
  explain: () =>
    text('The fence is set: nothing is owed any more.', 'Die Isolierung ist gesetzt: Nichts steht mehr aus.'),
  expectedMs: () => 20,
  needs: [],
  isDone: async (c) =>
    (await c.world.fences.pending()).some((f) => f.id === c.input.fenceId) ? 'not-done' : 'done',
  do: (c) => c.world.fences.settle(c.input.fenceId ?? '', 'read-only on disk and stopped'),
  undo: { nothing: text('It records what is.', 'Es vermerkt, was ist.') },
  timeouts: { doMs: 10_000, settleMs: 3_000 },
  retry: RETRY.transientOnly,
};

/** An old primary that came back: read-only from its next start, and stopped now. */
export const fenceNode = defineOperation<ChangeWorld, FenceObservation, FenceInput>({
  kind: 'fence-node',
  version: 1,
  title: (input) =>
    text(
      `Fence ${input.oldPrimary.serverName} of ${input.pairName}`,
      `${input.oldPrimary.serverName} von ${input.pairName} isolieren`,
    ),
  parseInput: parseFenceInput,
  observe: async (c) => {
    const { newPrimary, oldPrimary, roles, clock } = c.world;
    let nextFailure: string | null = null;
    const [next, old, recorded] = await Promise.all([
      newPrimary.session.position(within(c, 4_000)).catch((thrown: unknown) => {
        nextFailure = toAppError(thrown).message;
        return null;
      }),
      oldPrimary.session.position(within(c, 4_000)).catch(quiet),
      roles.get(c.input.pairId),
    ]);
    c.signal.throwIfAborted();
    return {
      takenAtMs: clock.nowMs(),
      names: { old: c.input.oldPrimary.serverName, next: c.input.newPrimary.serverName },
      next,
      nextFailure,
      old,
      recordedPrimary: recorded.primaryInstanceId,
    };
  },
  steps: [
    {
      kind: 'check',
      name: 'other-took-over',
      group: 'reads',
      server: () => null,
      explain: () => text('Look at both nodes at once.', 'Beide Knoten zugleich ansehen.'),
      expectedMs: () => 100,
      gates: [otherNodeTookOver],
    },
    fenceDirectory(() => false, 'stays'),
    // Stopped at once: until then two nodes accept writes. The weak rung holds for who starts it by hand.
    stopForGood(() => false, 'stays'),
    takeAutostart(() => false),
    rejectClients(() => false),
    { ...recordRoles<FenceObservation, FenceInput>(), skip: (input) => !input.byPerson },
    settleFence,
  ],
});

import { defineOperation, RETRY, type Gate, type MutationStep } from '#server/engine/define-operation.ts';
import { toAppError } from '#server/errors/app-error.ts';
import { sameText, text } from '#server/domain/text.ts';
import type { NodePosition } from '#server/ports/node-session.ts';
import { fenceDirectory } from '../change/steps/fence-directory.ts';
import { recordRoles } from '../change/steps/record-roles.ts';
import { stopForGood } from '../change/steps/stop-for-good.ts';
import type { FailoverWorld } from '../failover/world.ts';
import { within } from '../setup-standby/world.ts';
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
  const { next, old } = o;
  if (next === null) return { ...base, state: 'blocking', detail: sameText(o.nextFailure ?? '') };
  if (next.inRecovery || next.systemIdentifier !== input.systemIdentifier) {
    const detail = text(
      next.inRecovery ? 'it does not accept writes' : 'it is another database system',
      next.inRecovery ? 'er nimmt keine Schreibzugriffe an' : 'er ist ein anderes Datenbanksystem',
    );
    return { ...base, state: 'blocking', detail };
  }
  const recorded = o.recordedPrimary === input.newPrimary.instanceId;
  const ahead = old === null || next.timeline > old.timeline;
  if (!input.byPerson && (!recorded || !ahead)) {
    return {
      ...base,
      state: 'blocking',
      detail: text(
        `recorded as primary: ${recorded}; timelines ${next.timeline} and ${old?.timeline ?? '?'}`,
        `als Primärserver vermerkt: ${recorded ? 'ja' : 'nein'}; Zeitlinien ${next.timeline} und ${old?.timeline ?? '?'}`,
      ),
      fix: text(
        'Decide which node is right: either can be fenced.',
        'Entscheiden Sie, welcher Knoten der richtige ist: Jeder kann abgeschottet werden.',
      ),
    };
  }
  return {
    ...base,
    state: 'ok',
    detail: text(`writes on timeline ${next.timeline}`, `schreibt auf Zeitlinie ${next.timeline}`),
  };
};

const settleFence: MutationStep<FailoverWorld, FenceObservation, FenceInput> = {
  kind: 'mutation',
  name: 'settle-fence',
  group: 'takes-over',
  server: () => null,
  skip: (input) => input.fenceId === null,
  explain: () =>
    text(
      'The fence is set: nothing is owed any more.',
      'Die Abschottung ist gesetzt: Nichts steht mehr aus.',
    ),
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
export const fenceNode = defineOperation<FailoverWorld, FenceObservation, FenceInput>({
  kind: 'fence-node',
  version: 1,
  title: (input) =>
    text(
      `Fence ${input.oldPrimary.serverName} of ${input.pairName}`,
      `${input.oldPrimary.serverName} von ${input.pairName} abschotten`,
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
    stopForGood(() => false, 'stays'),
    { ...recordRoles<FenceObservation, FenceInput>(), skip: (input) => !input.byPerson },
    settleFence,
  ],
});

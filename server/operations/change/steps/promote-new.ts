import * as z from 'zod';
import { AppError } from '#server/errors/app-error.ts';
import {
  RETRY,
  type DoneAnswer,
  type MutationStep,
  type StepContext,
} from '#server/engine/define-operation.ts';
import { formatLsn } from '#server/domain/lsn.ts';
import { controlAction } from '#server/domain/control-line.ts';
import { text } from '#server/domain/text.ts';
import { within } from '../../pair-world.ts';
import type { ChangeInput } from '../input.ts';
import type { ChangeContext, ChangeWorld } from '../world.ts';

/** A promotion asked for just after the receiver lost its primary can be swallowed: ask again. */
const ASK_AGAIN_MS = 50;
const LOOK_EVERY_MS = 4;

export const zPromoted = z.object({
  firstWriteAtMs: z.number(),
  timeline: z.number(),
  lsn: z.string(),
});

async function isPromoted<I extends ChangeInput>(c: ChangeContext<I>): Promise<DoneAnswer> {
  const at = await c.world.newPrimary.session.position(within(c));
  if (at.systemIdentifier !== c.input.systemIdentifier) {
    return {
      conflict: new AppError('SYSTEM_ID_MISMATCH', {
        message: `another database system runs on ${c.input.newPrimary.serverName}`,
        detail: `${at.systemIdentifier} instead of ${c.input.systemIdentifier}`,
        hint: 'Do not go on before you know who exchanged it.',
      }).toProblem(),
    };
  }
  return at.inRecovery ? 'not-done' : 'done';
}

/**
 * Asks until the node has left recovery. `mayPromote` is asked at that instant and rejects when the
 * other node could still accept writes. `onPromoted` hears of the end of recovery before anything is written
 * down: what waits for that alone need not wait longer.
 */
export function promoteNew<O, I extends ChangeInput, W extends ChangeWorld>(
  mayPromote: (c: StepContext<W, I>) => Promise<void>,
  onPromoted: (c: StepContext<W, I>) => void = () => undefined,
): MutationStep<W, O, I> {
  return {
    kind: 'mutation',
    name: 'promote-new',
    group: 'takes-over',
    server: (c) => c.input.newPrimary.serverName,
    explain: (c) =>
      text(
        `Promote ${c.input.newPrimary.serverName}: it accepts writes from here.`,
        `${c.input.newPrimary.serverName} zum Primärserver machen: Ab hier nimmt er Schreibzugriffe an.`,
      ),
    actions: (c) => [controlAction(c.input.newPrimary.serverName, c.input.newPrimary.location, 'promote')],
    expectedMs: () => 100,
    needs: [],
    isDone: isPromoted,
    do: async (c) => {
      await mayPromote(c);
      const { clock, newPrimary } = c.world;
      await newPrimary.runtime.promote(within(c));
      let askedAtMs = clock.monotonicMs();
      while ((await newPrimary.session.position(within(c))).inRecovery) {
        await clock.sleep(LOOK_EVERY_MS, c.signal);
        if (clock.monotonicMs() - askedAtMs < ASK_AGAIN_MS) continue;
        askedAtMs = clock.monotonicMs();
        await newPrimary.runtime.reload(within(c));
      }
      onPromoted(c);
    },
    output: async (c) => {
      const { newPrimary, clock } = c.world;
      const lsn = await newPrimary.session.write(within(c));
      const firstWriteAtMs = clock.nowMs();
      const { timeline } = await newPrimary.session.position(within(c));
      return { firstWriteAtMs, timeline, lsn: formatLsn(lsn) };
    },
    fact: (output) => {
      const { timeline, lsn } = zPromoted.parse(output);
      return text(
        `writes work on timeline ${timeline}, ${lsn}`,
        `Schreibzugriffe möglich, Zeitlinie ${timeline}, ${lsn}`,
      );
    },
    undo: {
      nothing: text('A promotion cannot be undone.', 'Eine Beförderung lässt sich nicht zurücknehmen.'),
    },
    timeouts: { doMs: 60_000, settleMs: 10_000, pollMs: 10 },
    retry: RETRY.transientOnly,
  };
}

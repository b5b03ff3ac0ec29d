import * as z from 'zod';
import { CHANGE_KINDS } from '#server/domain/assessment.ts';
import type { OperationView, OutageView } from '#server/domain/operation-view.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';

const zChange = z.object({
  oldPrimary: z.object({ serverName: z.string() }),
  newPrimary: z.object({ serverName: z.string() }),
  reason: z.string().nullable(),
});
const zStopAsked = z.object({ stopAskedAtMs: z.number() });
const zStopped = z.object({ lastWriteAtMs: z.number().nullable() });
const zPromoted = z.object({ firstWriteAtMs: z.number() });

/** The servers that a change of roles pins; null = not a change of roles. */
export function changeOf({ kind, input }: StoredOperation): OperationView['change'] {
  if (!CHANGE_KINDS.some((each) => each === kind)) return null;
  const parsed = zChange.safeParse(input);
  if (!parsed.success) return null;
  const { oldPrimary, newPrimary, reason } = parsed.data;
  return { oldPrimary: oldPrimary.serverName, newPrimary: newPrimary.serverName, reason };
}

/**
 * From the last accepted write, or the request to stop when nobody watched, to the first accepted
 * one; a stop that was undone ends with the old primary's return. Null = writes were not stopped.
 */
export function outageOf(o: StoredOperation): OutageView | null {
  const of = (step: string, direction: 'forward' | 'undo') =>
    o.attempts.findLast((a) => a.stepName === step && a.direction === direction);
  const stop = of('stop-old', 'forward');
  const asked = zStopAsked.safeParse(stop?.remembered);
  const watched = zStopped.safeParse(stop?.output);
  const startedAtMs =
    (watched.success ? watched.data.lastWriteAtMs : null) ??
    (asked.success ? asked.data.stopAskedAtMs : null);
  if (startedAtMs === null) return null;
  const promoted = zPromoted.safeParse(of('promote-new', 'forward')?.output);
  if (promoted.success) return { startedAtMs, endedAtMs: promoted.data.firstWriteAtMs };
  const back = of('stop-old', 'undo');
  const isBack = back?.status === 'done' || back?.status === 'already-done';
  return { startedAtMs, endedAtMs: isBack ? back.finishedAtMs : null };
}

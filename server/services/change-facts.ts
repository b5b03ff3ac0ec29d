import * as z from 'zod';
import { CHANGE_KINDS } from '#server/domain/assessment.ts';
import type { OperationView, OutageView } from '#server/domain/operation-view.ts';
import { zRouteOutcome } from '#server/operations/routes/route-outcome.ts';
import type { StoredAttempt, StoredOperation } from '#server/ports/operation-store.ts';

const zEstimate = z.object({
  value: z.number().nullable(),
  atMost: z.number().nullable(),
  confidence: z.enum(['measured', 'estimated', 'unknown']),
});
const zLoss = z.object({
  bytes: zEstimate,
  transactions: zEstimate,
  seconds: zEstimate,
  guaranteedZero: z.boolean(),
  basis: z.object({ en: z.string(), de: z.string() }),
});
const zChange = z.object({
  oldPrimary: z.object({ serverName: z.string() }),
  newPrimary: z.object({ serverName: z.string() }),
  reason: z.string().nullable(),
  loss: zLoss.nullable().catch(null).default(null),
});
const zStopAsked = z.object({ stopAskedAtMs: z.number() });
const zStopped = z.object({ lastWriteAtMs: z.number().nullable() });
const zPromoted = z.object({ firstWriteAtMs: z.number() });

/** The servers that a change of roles pins, and the loss that was shown before; null = not a change of roles. */
export function changeOf({ kind, input }: StoredOperation): OperationView['change'] {
  if (!CHANGE_KINDS.some((each) => each === kind)) return null;
  const parsed = zChange.safeParse(input);
  if (!parsed.success) return null;
  const { oldPrimary, newPrimary, reason, loss } = parsed.data;
  return { oldPrimary: oldPrimary.serverName, newPrimary: newPrimary.serverName, reason, loss };
}

/** Where clients arrived behind the change; null = it has no routes, or has not looked yet. */
export function routesOf(o: StoredOperation): OperationView['routes'] {
  const seen = o.attempts.findLast((a) => a.stepName === 'see-routes' && a.output !== null);
  return zRouteOutcome.safeParse(seen?.output).data ?? null;
}

/**
 * From the last accepted write, or the request to stop when nobody watched, to the first accepted
 * one; a stop that was undone ends with the old primary's return. An emergency counts from its
 * confirmation: what was before is the failure's own. Null = writes were not stopped.
 */
export function outageOf(o: StoredOperation): OutageView | null {
  const of = (step: string, direction: 'forward' | 'undo') =>
    o.attempts.findLast((a) => a.stepName === step && a.direction === direction);
  const start = startOf(o, of('stop-old', 'forward'));
  if (start === null) return null;
  const promoted = zPromoted.safeParse(of('promote-new', 'forward')?.output);
  if (promoted.success) return { ...start, endedAtMs: promoted.data.firstWriteAtMs };
  const back = of('stop-old', 'undo');
  const isBack = back?.status === 'done' || back?.status === 'already-done';
  return { ...start, endedAtMs: isBack ? back.finishedAtMs : null };
}

function startOf(
  { kind, createdAtMs }: StoredOperation,
  stop: StoredAttempt | undefined,
): Omit<OutageView, 'endedAtMs'> | null {
  if (kind === 'failover') return { startedAtMs: createdAtMs, since: 'confirmation' };
  const watched = zStopped.safeParse(stop?.output);
  if (watched.success && watched.data.lastWriteAtMs !== null)
    return { startedAtMs: watched.data.lastWriteAtMs, since: 'last-write' };
  const asked = zStopAsked.safeParse(stop?.remembered);
  return asked.success ? { startedAtMs: asked.data.stopAskedAtMs, since: 'stop-request' } : null;
}

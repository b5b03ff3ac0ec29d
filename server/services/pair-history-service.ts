import type { AuditReader, StoredAuditEntry } from '#server/ports/audit-log.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';
import type { LossOutcome } from '#server/domain/loss-record.ts';
import type { LossReader } from '#server/ports/losses.ts';
import type { PairHistoryReader } from '#server/ports/pair-history.ts';
import { operationView } from './operation-view.ts';
import type { HistoryItem, Services } from './services.ts';

/** What happened to a pair: runs with who, why, what was shown and what came of it; events; decisions. */
export function createPairHistoryService(deps: {
  history: PairHistoryReader;
  audit: AuditReader;
  losses: LossReader;
  clock: Clock;
}): Services['history'] {
  const { history, audit, losses, clock } = deps;
  return {
    ofPair: async (pairId, before, limit) => {
      const nowMs = clock.nowMs();
      const beforeMs = before ?? nowMs + 1;
      const [runs, events, entries, lost] = await Promise.all([
        history.runs(pairId, beforeMs, limit),
        history.events(pairId, beforeMs, limit),
        audit.newest({ pairId, beforeMs, withoutRuns: true }, null, limit),
        losses.ofPair(pairId),
      ]);
      const decided = await audit.ofOperations(runs.map((run) => run.id));
      const items: HistoryItem[] = [
        ...runs.map((run) => runItem(run, decided, lossOf(run.id, lost), nowMs)),
        ...events.map((event) => ({ type: 'event' as const, ...event })),
        ...entries.map((entry) => ({ type: 'entry' as const, atMs: entry.atMs, entry })),
      ];
      const full = [runs, events, entries].some((each) => each.length === limit);
      return pageOf(items, limit, full);
    },
  };
}

/** The newest `limit` items, and whatever happened in the same millisecond as the last: the next page begins below. */
function pageOf(all: HistoryItem[], limit: number, full: boolean) {
  const newest = all.sort((a, b) => b.atMs - a.atMs);
  const lastMs = newest.slice(0, limit).at(-1)?.atMs ?? 0;
  const items = newest.filter((item) => item.atMs >= lastMs);
  return { items, next: full || items.length < all.length ? lastMs : null };
}

const operationIdOf = ({ details }: StoredAuditEntry): string | null =>
  typeof details['operationId'] === 'string' ? details['operationId'] : null;

const lossOf = (id: string, losses: readonly LossOutcome[]): LossOutcome | null =>
  losses.find((each) => each.changeId === id || each.rejoinId === id) ?? null;

function runItem(
  run: StoredOperation,
  entries: readonly StoredAuditEntry[],
  loss: LossOutcome | null,
  nowMs: number,
): HistoryItem {
  const own = entries.filter((entry) => operationIdOf(entry) === run.id);
  const reason = own.map((entry) => entry.details['reason']).find((each) => typeof each === 'string');
  const { outage, routes } = operationView(run, nowMs);
  const ended = outage?.endedAtMs ?? null;
  return {
    type: 'run',
    atMs: run.createdAtMs,
    operationId: run.id,
    kind: run.kind,
    title: run.plan.title,
    status: run.status,
    startedBy: run.startedBy,
    finishedAtMs: run.finishedAtMs,
    reason: reason ?? reasonOfInput(run.input),
    shown: run.plan.gates,
    outageMs: outage === null || ended === null ? null : ended - outage.startedAtMs,
    loss,
    routes,
    problem: run.problem,
    note: run.note,
    entries: own,
  };
}

function reasonOfInput(input: unknown): string | null {
  const reason = input !== null && typeof input === 'object' && 'reason' in input ? input.reason : null;
  return typeof reason === 'string' ? reason : null;
}

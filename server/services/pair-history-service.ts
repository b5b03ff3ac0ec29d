import type { AuditReader, StoredAuditEntry } from '#server/ports/audit-log.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { StoredOperation } from '#server/ports/operation-store.ts';
import type { PairHistoryReader } from '#server/ports/pair-history.ts';
import { operationView } from './operation-view.ts';
import type { HistoryItem, Services } from './services.ts';

/** Entries looked at to find what belongs to the runs of one page. */
const MOST_ENTRIES = 500;

/** What happened to a pair: runs with who, why, what was shown and what came of it; events; decisions. */
export function createPairHistoryService(deps: {
  history: PairHistoryReader;
  audit: AuditReader;
  clock: Clock;
}): Services['history'] {
  const { history, audit, clock } = deps;
  return {
    ofPair: async (pairId, before, limit) => {
      const nowMs = clock.nowMs();
      const beforeMs = before ?? nowMs + 1;
      const [runs, events, entries] = await Promise.all([
        history.runs(pairId, beforeMs, limit),
        history.events(pairId, beforeMs, limit),
        audit.newest({ pairId }, null, MOST_ENTRIES),
      ]);
      const items: HistoryItem[] = [
        ...runs.map((run) => runItem(run, entries, nowMs)),
        ...events.map((event) => ({ type: 'event' as const, ...event })),
        ...entries
          .filter((entry) => entry.atMs < beforeMs && operationIdOf(entry) === null)
          .map((entry) => ({ type: 'entry' as const, atMs: entry.atMs, entry })),
      ];
      const page = items.sort((a, b) => b.atMs - a.atMs).slice(0, limit);
      return { items: page, next: items.length > limit ? (page.at(-1)?.atMs ?? null) : null };
    },
  };
}

const operationIdOf = ({ details }: StoredAuditEntry): string | null =>
  typeof details['operationId'] === 'string' ? details['operationId'] : null;

function runItem(run: StoredOperation, entries: readonly StoredAuditEntry[], nowMs: number): HistoryItem {
  const own = entries.filter((entry) => operationIdOf(entry) === run.id).toReversed();
  const reason = own.map((entry) => entry.details['reason']).find((each) => typeof each === 'string');
  const { outage } = operationView(run, nowMs);
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
    problem: run.problem,
    note: run.note,
    entries: own,
  };
}

function reasonOfInput(input: unknown): string | null {
  const reason = input !== null && typeof input === 'object' && 'reason' in input ? input.reason : null;
  return typeof reason === 'string' ? reason : null;
}

import { AppError } from '#server/errors/app-error.ts';
import type { AuditLog } from '#server/ports/audit-log.ts';
import type { Clock } from '#server/ports/clock.ts';
import type { LossReader } from '#server/ports/losses.ts';
import type { OperationReader } from '#server/ports/operation-reader.ts';
import type { OperationStore, StoredOperation } from '#server/ports/operation-store.ts';
import type { WakeSender } from '#server/ports/work-queue.ts';
import { operationView } from './operation-view.ts';
import type { Actor, OperationSummary, Services } from './services.ts';

export interface OperationsDeps {
  store: OperationStore;
  reader: OperationReader;
  queue: WakeSender;
  audit: AuditLog;
  clock: Clock;
  losses: LossReader;
}

const summary = (o: StoredOperation): OperationSummary => {
  const done = new Set(
    o.attempts
      .filter((a) => a.direction === 'forward' && (a.status === 'done' || a.status === 'already-done'))
      .map((a) => a.stepName),
  );
  return {
    id: o.id,
    kind: o.kind,
    title: o.plan.title,
    status: o.status,
    pairId: o.pairId,
    serverId: o.serverId,
    startedBy: o.startedBy,
    createdAtMs: o.createdAtMs,
    finishedAtMs: o.finishedAtMs,
    stepsDone: done.size,
    stepsTotal: o.plan.steps.length,
  };
};

/** Looking at runs, and what a person may decide about one. */
export function createOperationsService(deps: OperationsDeps): Services['operations'] {
  const { store, reader, queue, audit, clock, losses } = deps;
  const load = async (id: string): Promise<StoredOperation> => {
    const o = await store.load(id);
    if (o === null) throw new AppError('NOT_FOUND', { message: `no operation ${id}` });
    return o;
  };
  const act = async (
    id: string,
    action: string,
    actor: Actor,
    work: () => Promise<void>,
    note?: string,
  ): Promise<void> => {
    const o = await load(id);
    await work();
    await audit.append({
      actor: actor.name,
      action,
      target: o.plan.title.en,
      details: { operationId: id, ...(note === undefined ? {} : { note }) },
      pairId: o.pairId,
    });
    await queue.wake(id);
  };
  return {
    list: async (limit) => (await reader.list(limit)).map(summary),
    get: async (id) => operationView(await load(id), clock.nowMs(), await losses.ofOperation(id)),
    log: (id, afterSeq, limit) => reader.log(id, afterSeq, limit),
    cancel: (id, actor) => act(id, 'operation-cancelled', actor, () => store.requestCancel(id)),
    retry: (id, actor) => act(id, 'operation-retried', actor, () => store.decide(id, 'running')),
    undo: (id, actor) => act(id, 'operation-undone', actor, () => store.decide(id, 'undoing')),
    close: (id, note, actor) =>
      act(id, 'operation-closed', actor, () => store.decide(id, 'closed', note), note),
    lostWal: async (id, actor) => {
      const [o, found, text] = await Promise.all([load(id), losses.ofOperation(id), losses.walText(id)]);
      if (found === null || text === null)
        throw new AppError('NOT_FOUND', {
          message: `no loss was measured for operation ${id}`,
          hint: 'It is measured by the rejoin that brings the old primary back.',
        });
      await audit.append({
        actor: actor.name,
        action: 'lost-wal-downloaded',
        target: o.plan.title.en,
        details: { operationId: id, bytes: found.walText.bytes },
        pairId: o.pairId,
      });
      return { text, cut: found.walText.cut };
    },
  };
}

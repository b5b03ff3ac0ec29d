import type { OperationView } from '#server/domain/operation-view.ts';
import type { OperationSummary } from '#server/services/services.ts';
import { iso } from '../units.ts';
import { routesJson } from './route-json.ts';

/** A run as `operation list` prints it with --json. */
export function operationSummaryJson(o: OperationSummary) {
  return {
    id: o.id,
    kind: o.kind,
    title: o.title.en,
    status: o.status,
    pairId: o.pairId,
    serverId: o.serverId,
    startedBy: o.startedBy,
    createdAt: iso(o.createdAtMs),
    finishedAt: iso(o.finishedAtMs),
    stepsDone: o.stepsDone,
    stepsTotal: o.stepsTotal,
  };
}

/** A run as `operation show` and every command that follows one print it with --json. */
export function operationJson(o: OperationView) {
  return {
    id: o.id,
    kind: o.kind,
    title: o.title.en,
    status: o.status,
    pairId: o.pairId,
    serverId: o.serverId,
    startedBy: o.startedBy,
    createdAt: iso(o.createdAtMs),
    startedAt: iso(o.startedAtMs),
    finishedAt: iso(o.finishedAtMs),
    committed: o.committed,
    pointOfNoReturn: o.plan.pointOfNoReturn,
    steps: o.plan.steps.map((planned, index) => {
      const step = o.steps[index];
      return {
        name: planned.name,
        server: planned.server,
        text: planned.explain.en,
        state: step?.state ?? 'waiting',
        startedAt: iso(step?.startedAtMs ?? null),
        finishedAt: iso(step?.finishedAtMs ?? null),
        fact: step?.fact?.en ?? null,
        problem: step?.problem ?? null,
      };
    }),
    outage: outageJson(o.outage),
    loss: lossJson(o.loss),
    routes: routesJson(o.routes),
    problem: o.problem,
    note: o.note,
    allowed: o.allowed,
  };
}

/** What was really lost beside the bounds that were shown; null bounds = nothing was known. */
function lossJson(loss: OperationView['loss']) {
  if (loss === null) return null;
  const { transactions, committedBytes, relations } = loss.measured;
  return {
    transactions,
    bytes: committedBytes,
    relations,
    atMostTransactions: loss.bound.transactions,
    atMostBytes: loss.bound.bytes,
    exceeded: loss.exceeded,
    measuredAt: iso(loss.measuredAtMs),
    changeId: loss.changeId,
    rejoinId: loss.rejoinId,
  };
}

/** How long nobody accepted writes; `ms` is null while it lasts. */
function outageJson(outage: OperationView['outage']) {
  if (outage === null) return null;
  const { startedAtMs, endedAtMs } = outage;
  return {
    startedAt: iso(startedAtMs),
    endedAt: iso(endedAtMs),
    ms: endedAtMs === null ? null : endedAtMs - startedAtMs,
  };
}

import { AppError } from '#server/errors/app-error.ts';
import type { HistoryPoint } from '#server/domain/history.ts';
import { isTerminal } from '#server/domain/status-transitions.ts';
import { sideOf } from '#server/operations/change/side-of.ts';
import { examineNetwork } from '#server/operations/examine-network/examine-network.ts';
import type { ExamineNetworkInput } from '#server/operations/examine-network/input.ts';
import type { ChangePair, ChangeStore } from '#server/ports/change-store.ts';
import { networkLookOf } from './network-look-of.ts';
import { operationView } from './operation-view.ts';
import type { Services } from './services.ts';
import { startOperation, type StartDeps } from './start-operation.ts';

export interface NetworkDeps extends StartDeps {
  changes: Pick<ChangeStore, 'pairs'>;
  pairs: Pick<Services['pairs'], 'history'>;
}

/** The network between the servers of a pair, against what the pair sends through it. */
export function createNetworkService(deps: NetworkDeps): Services['network'] {
  return {
    examine: async (pairId, key, actor) => {
      const pair = (await deps.changes.pairs()).find((each) => each.pairId === pairId);
      if (pair === undefined) throw new AppError('NOT_FOUND', { message: 'no such pair', data: { pairId } });
      const input = await inputOf(deps, pair);
      const o = { actor, serverId: null, pairId, idempotencyKey: `examine-network:${pairId}:${key}` };
      const id = await startOperation(deps, examineNetwork as never, input as never, o);
      const made = await deps.store.load(id);
      if (made === null || !(isTerminal(made.status) || made.status === 'needs-attention'))
        return { state: 'making', operationId: id };
      if (made.status !== 'succeeded')
        return { state: 'failed', operation: operationView(made, deps.clock.nowMs()) };
      return { state: 'ready', ...networkLookOf(made) };
    },
  };
}

async function inputOf({ pairs }: NetworkDeps, pair: ChangePair): Promise<ExamineNetworkInput> {
  const { pairId, name, mode, replicationRole, rewindRole } = pair;
  return {
    pairId,
    pairName: name,
    synchronous: mode === 'synchronous',
    primary: sideOf(pair.primary),
    standby: sideOf(pair.standby),
    replicationRole,
    rewindRole,
    wal: walOf(await pairs.history(pairId, '1h')),
  };
}

/** Average and highest bucket of the hour; null = nothing was seen. */
function walOf(points: readonly HistoryPoint[]): ExamineNetworkInput['wal'] {
  const rates = points.flatMap(({ walBytesPerSecond: rate }) => (rate === null ? [] : [rate]));
  if (rates.length === 0) return null;
  const sum = rates.reduce((all, rate) => all + rate, 0);
  return { average: Math.round(sum / rates.length), peak: Math.round(Math.max(...rates)) };
}

import { router } from '#server/trpc/trpc.ts';
import { getHistory } from './get-history.ts';
import { getPair } from './get-pair.ts';
import { getRunbook } from './get-runbook.ts';
import { listActivity } from './list-activity.ts';
import { listEvents } from './list-events.ts';
import { listPairs } from './list-pairs.ts';
import { examineNetwork } from './examine-network.ts';
import { planRemoval } from './plan-removal.ts';
import { removePair } from './remove-pair.ts';

export const pairRouter = router({
  activity: listActivity,
  history: getHistory,
  get: getPair,
  events: listEvents,
  list: listPairs,
  runbook: getRunbook,
  remove: removePair,
  network: examineNetwork,
  removalPlan: planRemoval,
});

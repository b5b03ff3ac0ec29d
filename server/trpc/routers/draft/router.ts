import { router } from '#server/trpc/trpc.ts';
import { approvePlan } from './approve-plan.ts';
import { createDraft } from './create-draft.ts';
import { examineDraft } from './examine.ts';
import { exportScript } from './export-script.ts';
import { getDraft } from './get-draft.ts';
import { listDrafts } from './list-drafts.ts';
import { makePlan } from './make-plan.ts';
import { draftNetwork } from './network.ts';
import { removeDraft } from './remove-draft.ts';
import { renewPlan } from './renew-plan.ts';
import { saveDraft } from './save-draft.ts';

export const draftRouter = router({
  approve: approvePlan,
  create: createDraft,
  examine: examineDraft,
  exportScript: exportScript,
  get: getDraft,
  list: listDrafts,
  network: draftNetwork,
  plan: makePlan,
  remove: removeDraft,
  renewPlan,
  save: saveDraft,
});

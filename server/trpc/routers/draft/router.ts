import { router } from '#server/trpc/trpc.ts';
import { approvePlan } from './approve-plan.ts';
import { createDraft } from './create-draft.ts';
import { exportScript } from './export-script.ts';
import { getDraft } from './get-draft.ts';
import { listDrafts } from './list-drafts.ts';
import { makePlan } from './make-plan.ts';
import { removeDraft } from './remove-draft.ts';
import { renewPlan } from './renew-plan.ts';
import { saveDraft } from './save-draft.ts';

export const draftRouter = router({
  approve: approvePlan,
  create: createDraft,
  exportScript: exportScript,
  get: getDraft,
  list: listDrafts,
  plan: makePlan,
  remove: removeDraft,
  renewPlan,
  save: saveDraft,
});

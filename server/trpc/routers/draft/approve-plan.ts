import { protectedProcedure } from '#server/trpc/trpc.ts';
import { approvePlanSchema } from './approve-plan.types.ts';

/** Starts exactly the plan that was on the screen; answers the operation. */
export const approvePlan = protectedProcedure
  .input(approvePlanSchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.drafts.approve(input.id, input.planId, input.planHash, input.confirmation, ctx.session),
  );

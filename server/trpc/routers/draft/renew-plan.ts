import { protectedProcedure } from '#server/trpc/trpc.ts';
import { renewPlanSchema } from './renew-plan.types.ts';

/** Discards the plan and looks at the hosts again. */
export const renewPlan = protectedProcedure
  .input(renewPlanSchema)
  .mutation(async ({ ctx, input }) => ctx.services.drafts.plan(input.id, true, ctx.session));

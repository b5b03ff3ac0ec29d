import { protectedProcedure } from '#server/trpc/trpc.ts';
import { makePlanSchema } from './make-plan.types.ts';

/** The plan of a set-up; while the worker makes it, ask again. */
export const makePlan = protectedProcedure
  .input(makePlanSchema)
  .query(async ({ ctx, input }) => ctx.services.drafts.plan(input.id, false, ctx.session));

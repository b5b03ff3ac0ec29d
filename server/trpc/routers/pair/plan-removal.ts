import { protectedProcedure } from '#server/trpc/trpc.ts';
import { planRemovalSchema } from './plan-removal.types.ts';

/** The plan of letting go of the pair; while the worker makes it, ask again. */
export const planRemoval = protectedProcedure
  .input(planRemovalSchema)
  .query(async ({ ctx, input }) => ctx.services.removals.plan(input.id, input.keep, input.key, ctx.session));

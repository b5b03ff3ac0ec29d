import { protectedProcedure } from '#server/trpc/trpc.ts';
import { planPreparationSchema } from './plan-preparation.types.ts';

/** The plan of preparing the server for what is wished; while the worker makes it, ask again. */
export const planPreparation = protectedProcedure
  .input(planPreparationSchema)
  .query(async ({ ctx, input }) =>
    ctx.services.preparations.plan(input.id, input.wish, input.key, ctx.session),
  );

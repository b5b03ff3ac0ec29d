import { protectedProcedure } from '#server/trpc/trpc.ts';
import { rehearseChangeSchema } from './change-request.types.ts';

/** Runs everything short of changing anything; answers the run's id. */
export const rehearseChange = protectedProcedure
  .input(rehearseChangeSchema)
  .mutation(async ({ ctx, input }) => ctx.services.changes.rehearse(input.pairId, ctx.session));

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getPairSchema } from './get-pair.types.ts';

/** What to do by hand when Tandem is gone; NOT_FOUND, GATE_FAILED for a pair that is not prepared. */
export const getRunbook = protectedProcedure
  .input(getPairSchema)
  .query(async ({ ctx, input }) => ctx.services.runbooks.get(input.id));

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getPairSchema } from './get-pair.types.ts';

/** One pair; NOT_FOUND. */
export const getPair = protectedProcedure
  .input(getPairSchema)
  .query(async ({ ctx, input }) => ctx.services.pairs.get(input.id));

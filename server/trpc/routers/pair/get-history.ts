import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getHistorySchema } from './get-history.types.ts';

/** Stored points of a range; holes are missing points. */
export const getHistory = protectedProcedure
  .input(getHistorySchema)
  .query(async ({ ctx, input }) => ctx.services.pairs.history(input.id, input.range));

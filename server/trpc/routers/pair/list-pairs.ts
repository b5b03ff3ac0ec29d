import { protectedProcedure } from '#server/trpc/trpc.ts';

/** All pairs with their last samples. */
export const listPairs = protectedProcedure.query(async ({ ctx }) => ctx.services.pairs.list());

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { removePairSchema } from './remove-pair.types.ts';

/** Starts exactly the removal that was shown; answers the operation. */
export const removePair = protectedProcedure.input(removePairSchema).mutation(async ({ ctx, input }) => {
  const { id: pairId, ...request } = input;
  return ctx.services.removals.start({ pairId, ...request }, ctx.session);
});

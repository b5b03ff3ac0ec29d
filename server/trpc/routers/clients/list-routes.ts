import { protectedProcedure } from '#server/trpc/trpc.ts';
import { ofPairSchema } from './clients.types.ts';

/** Client routes of a pair, without secrets. */
export const listRoutes = protectedProcedure
  .input(ofPairSchema)
  .query(async ({ ctx, input }) => ctx.services.clients.routes(input.pairId));

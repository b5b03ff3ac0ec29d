import { protectedProcedure } from '#server/trpc/trpc.ts';
import { draftNetworkSchema } from './network.types.ts';

/** What was last found of the network between the chosen servers; starts nothing. */
export const draftNetwork = protectedProcedure
  .input(draftNetworkSchema)
  .query(async ({ ctx, input }) => ctx.services.drafts.network(input.id));

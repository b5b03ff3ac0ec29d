import { protectedProcedure } from '#server/trpc/trpc.ts';
import { examineNetworkSchema } from './examine-network.types.ts';

/** What the network between both servers is like; while the worker looks, ask again. */
export const examineNetwork = protectedProcedure
  .input(examineNetworkSchema)
  .query(async ({ ctx, input }) => ctx.services.network.examine(input.id, input.key, ctx.session));

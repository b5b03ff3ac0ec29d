import { protectedProcedure } from '#server/trpc/trpc.ts';
import { ofPairSchema } from './clients.types.ts';

/** Where routes lead and who is connected to the standby; asking keeps the worker looking. */
export const lookAtClients = protectedProcedure
  .input(ofPairSchema)
  .query(async ({ ctx, input }) => ctx.services.clients.look(input.pairId));

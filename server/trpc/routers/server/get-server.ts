import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getServerSchema } from './get-server.types.ts';

/** One server; NOT_FOUND. */
export const getServer = protectedProcedure
  .input(getServerSchema)
  .query(async ({ ctx, input }) => ctx.services.servers.get(input.id));

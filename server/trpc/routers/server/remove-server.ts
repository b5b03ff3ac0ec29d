import { protectedProcedure } from '#server/trpc/trpc.ts';
import { removeServerSchema } from './remove-server.types.ts';

/** Starts removing a server by exactly the plan that was shown; answers the operation's id. */
export const removeServer = protectedProcedure
  .input(removeServerSchema)
  .mutation(async ({ ctx, input }) => ctx.services.servers.remove(input, ctx.session));

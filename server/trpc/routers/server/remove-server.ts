import { protectedProcedure } from '#server/trpc/trpc.ts';
import { removeServerSchema } from './remove-server.types.ts';

/** Forgets a server; IN_USE while a pair uses it. */
export const removeServer = protectedProcedure
  .input(removeServerSchema)
  .mutation(async ({ ctx, input }) => ctx.services.servers.remove(input.id, ctx.session));

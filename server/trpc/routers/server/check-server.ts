import { protectedProcedure } from '#server/trpc/trpc.ts';
import { checkServerSchema } from './check-server.types.ts';

/** Starts the checks of the rows, or of all; answers the operation. */
export const checkServer = protectedProcedure
  .input(checkServerSchema)
  .mutation(async ({ ctx, input }) => ctx.services.servers.check(input.id, input.rows, ctx.session));

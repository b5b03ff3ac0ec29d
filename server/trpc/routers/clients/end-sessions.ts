import { protectedProcedure } from '#server/trpc/trpc.ts';
import { endSessionsSchema } from './clients.types.ts';

/** Starts ending sessions that are named by pid and start; answers the operation. */
export const endSessions = protectedProcedure
  .input(endSessionsSchema)
  .mutation(async ({ ctx, input }) => ctx.services.clients.endSessions(input, ctx.session));

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { prepareServerSchema } from './prepare-server.types.ts';

/** Starts exactly the preparation that was shown; answers the operation. */
export const prepareServer = protectedProcedure
  .input(prepareServerSchema)
  .mutation(async ({ ctx, input }) => {
    const { id: serverId, ...request } = input;
    return ctx.services.preparations.start({ serverId, ...request }, ctx.session);
  });

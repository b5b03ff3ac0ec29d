import { protectedProcedure } from '#server/trpc/trpc.ts';
import { installKeySchema } from './install-key.types.ts';

/** Logs in once with a password and adds the public key; answers the operation. */
export const installKey = protectedProcedure
  .input(installKeySchema)
  .mutation(async ({ ctx, input }) => ctx.services.servers.installKey(input.id, input.password, ctx.session));

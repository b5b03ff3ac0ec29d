import { protectedProcedure } from '#server/trpc/trpc.ts';
import { definedOnly } from '../defined-only.ts';
import { updateServerSchema } from './update-server.types.ts';

/** Changes what was given of a server; a new address or key makes it unverified again. */
export const updateServer = protectedProcedure
  .input(updateServerSchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.servers.update(input.id, definedOnly(input.change), ctx.session),
  );

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { removeRouteSchema } from './clients.types.ts';

/** Forgets a client route and its passwords. */
export const removeRoute = protectedProcedure
  .input(removeRouteSchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.clients.removeRoute(input.pairId, input.routeId, ctx.session),
  );

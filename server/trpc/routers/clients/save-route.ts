import { protectedProcedure } from '#server/trpc/trpc.ts';
import { saveRouteSchema } from './clients.types.ts';

/** Adds or changes a client route; INVALID_INPUT names the field and changes nothing. Answers its id. */
export const saveRoute = protectedProcedure
  .input(saveRouteSchema)
  .mutation(async ({ ctx, input: { pairId, routeId, route, consolePassword, loginPassword } }) =>
    ctx.services.clients.saveRoute(
      pairId,
      routeId,
      route,
      { console: consolePassword, login: loginPassword },
      ctx.session,
    ),
  );

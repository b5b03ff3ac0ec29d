import { protectedProcedure } from '#server/trpc/trpc.ts';
import { planServerRemovalSchema } from './plan-server-removal.types.ts';

/** What removing a server would do. */
export const planServerRemoval = protectedProcedure
  .input(planServerRemovalSchema)
  .query(async ({ ctx, input }) => ctx.services.servers.removalPlan(input.id, input.takeKey));

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { planContainerSchema } from './plan-container.types.ts';

/** The plan of a container like one of another server; while the worker makes it, ask again. */
export const planContainer = protectedProcedure
  .input(planContainerSchema)
  .query(async ({ ctx, input: { key, ...wish } }) => ctx.services.containers.plan(wish, key, ctx.session));

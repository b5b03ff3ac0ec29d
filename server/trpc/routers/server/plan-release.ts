import { protectedProcedure } from '#server/trpc/trpc.ts';
import { planReleaseSchema } from './plan-release.types.ts';

/** The plan of taking settings off a container's command line; while the worker makes it, ask again. */
export const planRelease = protectedProcedure
  .input(planReleaseSchema)
  .query(async ({ ctx, input: { key, ...wish } }) => ctx.services.releases.plan(wish, key, ctx.session));

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { releaseSettingsSchema } from './release-settings.types.ts';

/** Starts exactly the plan that was shown; answers the operation's id. */
export const releaseSettings = protectedProcedure
  .input(releaseSettingsSchema)
  .mutation(async ({ ctx, input }) => ctx.services.releases.start(input, ctx.session));

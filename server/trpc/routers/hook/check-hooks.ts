import { protectedProcedure } from '#server/trpc/trpc.ts';
import { checkHooksSchema } from './hook.types.ts';

/** Starts trying the harmless checks of one hook, or of all; answers the operation. */
export const checkHooks = protectedProcedure
  .input(checkHooksSchema)
  .mutation(async ({ ctx, input }) => ctx.services.hooks.check(input.pairId, input.hookId, ctx.session));

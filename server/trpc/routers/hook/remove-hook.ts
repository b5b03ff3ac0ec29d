import { protectedProcedure } from '#server/trpc/trpc.ts';
import { removeHookSchema } from './hook.types.ts';

/** Forgets a hook with its token. */
export const removeHook = protectedProcedure
  .input(removeHookSchema)
  .mutation(async ({ ctx, input }) => ctx.services.hooks.remove(input.pairId, input.hookId, ctx.session));

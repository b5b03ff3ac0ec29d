import { protectedProcedure } from '#server/trpc/trpc.ts';
import { listHooksSchema } from './hook.types.ts';

/** What is called around changes of roles of a pair, without secrets. */
export const listHooks = protectedProcedure
  .input(listHooksSchema)
  .query(async ({ ctx, input }) => ctx.services.hooks.list(input.pairId));

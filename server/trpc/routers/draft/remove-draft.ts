import { protectedProcedure } from '#server/trpc/trpc.ts';
import { removeDraftSchema } from './remove-draft.types.ts';

/** Throws an unfinished set-up away. */
export const removeDraft = protectedProcedure
  .input(removeDraftSchema)
  .mutation(async ({ ctx, input }) => ctx.services.drafts.remove(input.id, ctx.session));

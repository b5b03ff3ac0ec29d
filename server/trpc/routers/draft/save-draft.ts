import { protectedProcedure } from '#server/trpc/trpc.ts';
import { saveDraftSchema } from './save-draft.types.ts';

/** Stores the answers so far. */
export const saveDraft = protectedProcedure
  .input(saveDraftSchema)
  .mutation(async ({ ctx, input }) =>
    ctx.services.drafts.save(input.id, input.data, input.rolePassword ?? null, ctx.session),
  );

import { protectedProcedure } from '#server/trpc/trpc.ts';
import { createDraftSchema } from './create-draft.types.ts';

/** Begins a set-up. */
export const createDraft = protectedProcedure
  .input(createDraftSchema)
  .mutation(async ({ ctx, input }) => ctx.services.drafts.create(input.kind, ctx.session));

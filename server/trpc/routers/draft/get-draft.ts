import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getDraftSchema } from './get-draft.types.ts';

/** One set-up; NOT_FOUND. */
export const getDraft = protectedProcedure
  .input(getDraftSchema)
  .query(async ({ ctx, input }) => ctx.services.drafts.get(input.id));

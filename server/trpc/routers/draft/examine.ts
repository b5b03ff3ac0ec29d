import { protectedProcedure } from '#server/trpc/trpc.ts';
import { examineDraftSchema } from './examine.types.ts';

/** Starts examining the network between the chosen servers. */
export const examineDraft = protectedProcedure
  .input(examineDraftSchema)
  .mutation(async ({ ctx, input }) => ctx.services.drafts.examine(input.id, ctx.session));

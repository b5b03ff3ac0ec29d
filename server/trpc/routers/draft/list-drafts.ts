import { protectedProcedure } from '#server/trpc/trpc.ts';

/** Unfinished set-ups. */
export const listDrafts = protectedProcedure.query(async ({ ctx }) => ctx.services.drafts.list());

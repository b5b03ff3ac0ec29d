import { protectedProcedure } from '#server/trpc/trpc.ts';
import { listEntriesSchema } from './list-entries.types.ts';

/** Who did what, newest first. */
export const listEntries = protectedProcedure.input(listEntriesSchema).query(async ({ ctx, input }) => {
  const { cursor, limit, ...filter } = input;
  return ctx.services.audit.list(filter, cursor ?? null, limit);
});

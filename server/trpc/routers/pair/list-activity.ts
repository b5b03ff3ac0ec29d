import { protectedProcedure } from '#server/trpc/trpc.ts';
import { listActivitySchema } from './list-activity.types.ts';

/** What happened to the pair: runs, events and decisions, newest first. */
export const listActivity = protectedProcedure
  .input(listActivitySchema)
  .query(async ({ ctx, input }) => ctx.services.history.ofPair(input.id, input.cursor ?? null, input.limit));

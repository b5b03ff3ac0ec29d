import { protectedProcedure } from '#server/trpc/trpc.ts';
import { listEventsSchema } from './list-events.types.ts';

/** Changes of the diagnosis, newest first. */
export const listEvents = protectedProcedure
  .input(listEventsSchema)
  .query(async ({ ctx, input }) => ctx.services.pairs.events(input.id, input.limit));

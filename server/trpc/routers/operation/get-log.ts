import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getLogSchema } from './get-log.types.ts';

/** Output after a sequence number, oldest first. */
export const getLog = protectedProcedure
  .input(getLogSchema)
  .query(async ({ ctx, input }) => ctx.services.operations.log(input.id, input.afterSeq, input.limit));

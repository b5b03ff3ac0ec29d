import { protectedProcedure } from '#server/trpc/trpc.ts';
import { listOperationsSchema } from './list-operations.types.ts';

/** The newest operations. */
export const listOperations = protectedProcedure
  .input(listOperationsSchema)
  .query(async ({ ctx, input }) => ctx.services.operations.list(input.limit));

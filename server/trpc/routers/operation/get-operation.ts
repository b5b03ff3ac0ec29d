import { protectedProcedure } from '#server/trpc/trpc.ts';
import { getOperationSchema } from './get-operation.types.ts';

/** One operation; NOT_FOUND. */
export const getOperation = protectedProcedure
  .input(getOperationSchema)
  .query(async ({ ctx, input }) => ctx.services.operations.get(input.id));

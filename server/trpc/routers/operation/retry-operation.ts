import { protectedProcedure } from '#server/trpc/trpc.ts';
import { retryOperationSchema } from './retry-operation.types.ts';

/** Goes on after a failure; OPERATION_NOT_IN_STATE. */
export const retryOperation = protectedProcedure
  .input(retryOperationSchema)
  .mutation(async ({ ctx, input }) => ctx.services.operations.retry(input.id, ctx.session));
